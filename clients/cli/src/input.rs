//! Input from files and standard input.

use std::fs::File;
use std::io::{self, Read};

use parsec_client::Zeroizing;

use crate::failure::Failure;

const STANDARD_INPUT: &str = "-";

/// Opens a file, or standard input for `-`.
pub(crate) fn open(file: &str) -> Result<Box<dyn Read>, Failure> {
    if file == STANDARD_INPUT {
        return Ok(Box::new(io::stdin()));
    }
    File::open(file)
        .map(|file| Box::new(file) as Box<dyn Read>)
        .map_err(|error| Failure::file("read", file, &error))
}

/// Reads a whole file or standard input. It may be secret, so the buffer is zeroized on drop.
pub(crate) fn read(file: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    open(file)?.read_to_end(&mut bytes).map_err(|error| {
        let name = if file == STANDARD_INPUT {
            "standard input"
        } else {
            file
        };
        Failure::file("read", name, &error)
    })?;
    Ok(bytes)
}
