//! The conformance cases across languages.

use std::process::Command;

use anyhow::Result;

use crate::{places, shell, swift};

/// The languages whose tests run on every machine that can build this.
const LANGUAGES: [&str; 4] = ["rust", "python", "node", "kotlin"];

/// Compares the reports: every language must run the same cases.
pub(crate) fn compare() -> Result<()> {
    let program = places::target().join("debug/parsec-conformance-compare");
    let mut command = Command::new(program);
    command.args(LANGUAGES.map(places::report));
    if swift::missing()?.is_none() {
        command.arg(places::report("swift"));
    }
    shell::step(&mut command).map(drop)
}
