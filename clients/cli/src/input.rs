//! Input from files and standard input.

use std::fs::File;
use std::io::{self, Read};

use parsec_client::Zeroizing;

use crate::failure::Failure;

const STANDARD_INPUT: &str = "-";

/// Maximum length of keys, signatures, hashes and other short values.
const SHORT: u64 = 1024 * 1024;
/// Maximum length of a message that is sent in one request. Services accept 1 MiB by default.
const MESSAGE: u64 = 64 * 1024 * 1024;

/// Opens a file, or standard input for `-`.
pub(crate) fn open(file: &str) -> Result<Box<dyn Read>, Failure> {
    if file == STANDARD_INPUT {
        return Ok(Box::new(io::stdin()));
    }
    File::open(file)
        .map(|file| Box::new(file) as Box<dyn Read>)
        .map_err(|error| Failure::file("read", file, &error))
}

/// Returns the length of a regular file; `None` for standard input, pipes and devices.
pub(crate) fn length(file: &str) -> Option<u64> {
    let known = std::fs::metadata(file).ok()?;
    (file != STANDARD_INPUT && known.is_file()).then_some(known.len())
}

/// Reads a short value: at most 1 MiB, so that an endless input ends with an error.
pub(crate) fn read(file: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    up_to(
        file,
        SHORT,
        "the maximum for keys, signatures and other short values; check that it is the right file",
    )
}

/// Reads at most so many bytes; an error with this advice if there are more.
pub(crate) fn up_to(file: &str, limit: u64, advice: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    read_up_to(file, limit)?.ok_or_else(|| {
        Failure::Usage(format!(
            "{} is longer than {} KiB: {advice}",
            name(file),
            limit / 1024
        ))
    })
}

/// Reads a message that is sent in one request; `None` if it is too long for any service.
pub(crate) fn message(file: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    read_up_to(file, MESSAGE)
}

/// Returns the failure for a message that is too long for one request.
pub(crate) fn too_long(file: &str, advice: &str) -> Failure {
    Failure::Usage(format!(
        "{} is longer than {} MiB, the maximum of one request: {advice}",
        name(file),
        MESSAGE / (1024 * 1024)
    ))
}

/// Returns the name of an input, for messages.
pub(crate) fn name(file: &str) -> &str {
    match file {
        STANDARD_INPUT => "standard input",
        file => file,
    }
}

/// Reads a whole file or standard input. It may be secret, so the buffer is zeroized on drop.
fn read_up_to(file: &str, limit: u64) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    open(file)?
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::file("read", name(file), &error))?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}
