//! Reading files and standard input.

use std::fs;
use std::io::{self, Read as _};

use parsec_client::Zeroizing;

use crate::failure::Failure;

/// Everything in a file, or on standard input for `-`. It may be a secret, and is wiped.
pub(crate) fn read(file: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if file != "-" {
        return fs::read(file)
            .map(Zeroizing::new)
            .map_err(|error| Failure::file("read", file, &error));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::file("read", "standard input", &error))?;
    Ok(bytes)
}
