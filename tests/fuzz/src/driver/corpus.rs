//! Seed inputs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use parsec_harness::root;

use crate::Target;

/// Returns the folder of a target's corpus.
pub(crate) fn folder(target: &Target) -> PathBuf {
    root().join("tests/fuzz/corpus").join(target.name)
}

/// Returns the committed inputs, sorted by name, followed by those that the target generates.
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

/// Maximum number and length of the inputs that a run keeps, so that a corpus stays small.
const KEPT: usize = 16;
const LONGEST_KEPT: usize = 512;

/// Writes the shortest of these inputs into a folder.
///
/// # Errors
///
/// If they cannot be written.
pub(crate) fn keep(folder: &Path, inputs: &[Vec<u8>]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut inputs: Vec<_> = inputs
        .iter()
        .filter(|input| input.len() <= LONGEST_KEPT)
        .collect();
    inputs.sort_by_key(|input| input.len());
    for input in inputs.into_iter().take(KEPT) {
        fs::write(folder.join(name(input)), input)?;
    }
    Ok(())
}

/// Returns a name for an input, derived from its bytes (FNV-1a).
pub(crate) fn name(input: &[u8]) -> String {
    let hash = input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
