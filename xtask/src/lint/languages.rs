//! The linters of each client's language.
//!
//! They print freely, so each runs in its own process, whose output is collected.

use std::env;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::check::{Log, Outcome};
use super::rust;
use crate::{kotlin, node, places, python, swift};

/// Names the language whose linters the process runs.
const LANGUAGE: &str = "PARSEC_LINT_LANGUAGE";

type Linter = fn() -> Result<()>;

const LINTERS: &[(&str, Linter)] = &[
    ("python", python::lint),
    ("node", node::lint),
    ("kotlin", kotlin::lint),
    ("swift", swift::lint),
];

/// Runs a language's linters if this process was started for that.
pub(super) fn in_this_process() -> Option<Result<()>> {
    let name = env::var(LANGUAGE).ok()?;
    let linter = LINTERS.iter().find(|(language, _)| *language == name);
    let found = linter.with_context(|| format!("{LANGUAGE}: there is no language {name}"));
    Some(found.and_then(|(_, lint)| lint()))
}

/// Python's linters, which import the binding.
pub(super) fn python(log: &mut Log) -> Result<Outcome> {
    over_binding("python", log)
}

/// Node's linters, which read the addon's types.
pub(super) fn node(log: &mut Log) -> Result<Outcome> {
    over_binding("node", log)
}

/// Kotlin's.
pub(super) fn kotlin(log: &mut Log) -> Result<Outcome> {
    language("kotlin", log)
}

/// Swift's.
pub(super) fn swift(log: &mut Log) -> Result<Outcome> {
    match swift::missing()? {
        Some(reason) => Ok(Outcome::Skipped(reason)),
        None => language("swift", log),
    }
}

fn over_binding(name: &str, log: &mut Log) -> Result<Outcome> {
    if let (false, _) = log.run(&mut rust::build(&[]))? {
        return Ok(Outcome::Failed("the binding does not compile".to_owned()));
    }
    language(name, log)
}

fn language(name: &str, log: &mut Log) -> Result<Outcome> {
    // This path works even if a build has replaced the file.
    let mut command = Command::new("/proc/self/exe");
    command.arg("lint").env(LANGUAGE, name);
    log.line(&format!("▸ the linters of {name}, in a separate process"));
    match log.run(command.current_dir(places::root()))? {
        (true, _) => Ok(Outcome::passed()),
        (false, _) => Ok(Outcome::Failed(format!("the linters of {name} failed"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::CHECKS;
    use super::*;

    #[test]
    fn every_language_has_a_check() {
        for (language, _) in LINTERS {
            assert!(
                CHECKS.iter().any(|check| check.name == *language),
                "{language}"
            );
        }
    }
}
