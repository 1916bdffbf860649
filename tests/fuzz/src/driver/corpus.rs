//! The inputs to start from.

use std::fs;
use std::io;
use std::path::PathBuf;

use parsec_harness::root;

use crate::Target;

/// The folder with a target's inputs.
pub(crate) fn folder(target: &Target) -> PathBuf {
    root().join("tests/fuzz/corpus").join(target.name)
}

/// The inputs that are checked in, sorted by name, then those that the target makes.
///
/// # Errors
///
/// If a file cannot be read.
pub(crate) fn load(target: &Target) -> io::Result<Vec<Vec<u8>>> {
    let mut files = Vec::new();
    match fs::read_dir(folder(target)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        entries => {
            for entry in entries? {
                files.push(entry?.path());
            }
        }
    }
    files.sort();
    let mut inputs = files
        .iter()
        .map(fs::read)
        .collect::<io::Result<Vec<Vec<u8>>>>()?;
    inputs.extend((target.seeds)());
    inputs.push(Vec::new());
    Ok(inputs)
}
