//! One check: its work, its outcome and its output.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::shell;

/// One check.
pub(super) struct Check {
    /// The name on the command line and in the table.
    pub(super) name: &'static str,
    /// Description of its findings.
    pub(super) finds: &'static str,
    /// The lane that it runs in.
    pub(super) lane: Lane,
    /// Runs it. An error counts as failed.
    pub(super) work: fn(&mut Log) -> Result<Outcome>,
}

/// Checks of one lane run one after another; the lanes run in parallel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Checks that compile or use compiled code: cargo's lock would serialise them anyway.
    Cargo,
    /// Checks that run other programs, most of which use one core or wait for a registry.
    Tools,
}

/// The outcome of a check.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// No finding, or no new one; with a note.
    Passed(String),
    /// It found something, or could not run though it should.
    Failed(String),
    /// It cannot run here, for this reason.
    Skipped(String),
}

impl Outcome {
    /// Passed, without a note.
    pub(super) fn passed() -> Self {
        Self::Passed(String::new())
    }
}

/// The output of a check, collected until the check ends, so that outputs are not interleaved.
#[derive(Debug, Default)]
pub(super) struct Log(String);

impl Log {
    /// Adds a line.
    pub(super) fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// Runs a command and collects its output. Returns whether it succeeded, and its output.
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

    /// Runs a command whose exit code indicates findings.
    pub(super) fn verdict(&mut self, command: &mut Command) -> Result<Outcome> {
        let line = shell::line(command);
        Ok(match self.run(command)? {
            (true, _) => Outcome::passed(),
            (false, _) => Outcome::Failed(format!("`{}` failed", shortened(&line))),
        })
    }

    /// Returns the collected output.
    pub(super) fn into_output(self) -> String {
        self.0
    }
}

/// Returns the command line, with its many file names shortened.
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
