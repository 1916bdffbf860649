//! One check: its work, its outcome and its output.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::shell;

/// One check.
pub(super) struct Check {
    /// The name on the command line and in the table.
    pub(super) name: &'static str,
    /// What it finds.
    pub(super) finds: &'static str,
    /// Where it runs.
    pub(super) lane: Lane,
    /// Runs it. An error counts as failed.
    pub(super) work: fn(&mut Log) -> Result<Outcome>,
}

/// Checks of one lane run one after another; lanes run beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Checks that compile, or use what was compiled: cargo's lock would serialise them anyway.
    Cargo,
    /// Checks that run other programs, most of which need one core or wait for a registry.
    Tools,
}

/// How a check ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It found nothing, or nothing new; the note says what else there is to know.
    Passed(String),
    /// It found something, or could not run though it should.
    Failed(String),
    /// It cannot run here, for this reason.
    Skipped(String),
}

impl Outcome {
    /// Passed, with nothing to add.
    pub(super) fn passed() -> Self {
        Self::Passed(String::new())
    }
}

/// The output of a check, kept until the check ends, so that checks do not interleave theirs.
#[derive(Debug, Default)]
pub(super) struct Log(String);

impl Log {
    /// Adds a line.
    pub(super) fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// Runs a command and keeps what it prints. Returns whether it succeeded, and its output.
    pub(super) fn run(&mut self, command: &mut Command) -> Result<(bool, String)> {
        let line = shell::line(command);
        let output = command
            .output()
            .with_context(|| format!("`{line}` cannot be run"))?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        self.line(&format!("▸ {line}"));
        if !text.is_empty() {
            self.line(text.trim_end());
        }
        Ok((output.status.success(), text))
    }

    /// Runs a command whose exit code tells whether it found something.
    pub(super) fn verdict(&mut self, command: &mut Command) -> Result<Outcome> {
        let line = shell::line(command);
        Ok(match self.run(command)? {
            (true, _) => Outcome::passed(),
            (false, _) => Outcome::Failed(format!("`{}` failed", shortened(&line))),
        })
    }

    /// All that was printed.
    pub(super) fn into_output(self) -> String {
        self.0
    }
}

/// The line without the many file names that may follow the first words.
fn shortened(line: &str) -> String {
    const WORDS: usize = 4;
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.get(WORDS..) {
        Some([_, ..]) => format!("{} …", words[..WORDS].join(" ")),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_both_outputs_of_a_failing_command() {
        let mut log = Log::default();
        let mut command = Command::new("sh");
        command.args(["-c", "echo found; echo why >&2; exit 1"]);
        let outcome = log.verdict(&mut command).expect("sh runs");
        assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
        let output = log.into_output();
        assert!(output.contains("found\nwhy\n"), "{output}");
    }

    #[test]
    fn long_lines_are_shortened() {
        assert_eq!(shortened("cargo fmt --check"), "cargo fmt --check");
        assert_eq!(shortened("a b c d e f"), "a b c d …");
    }
}
