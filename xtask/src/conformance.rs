//! The conformance cases across languages.

use std::process::Command;

use anyhow::Result;

use crate::{places, shell, swift};

/// The languages that run the cases wherever this builds.
const LANGUAGES: [&str; 4] = ["rust", "python", "node", "kotlin"];

/// Compares the reports: what one language runs, all must.
pub(crate) fn compare() -> Result<()> {
    let program = places::target().join("debug/parsec-conformance-compare");
    let mut command = Command::new(program);
    command.args(LANGUAGES.map(places::report));
    if swift::missing()?.is_none() {
        command.arg(places::report("swift"));
    }
    shell::step(&mut command).map(drop)
}
