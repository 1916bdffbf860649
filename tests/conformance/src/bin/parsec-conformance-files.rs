#![forbid(unsafe_code)]
//! Writes `schema.json` and `specs.json`.

use std::fs;

use parsec_tests_conformance::{files, folder};

fn main() -> anyhow::Result<()> {
    fs::write(folder().join("schema.json"), files::schema())?;
    fs::write(folder().join("specs.json"), files::specs()?)?;
    Ok(())
}
