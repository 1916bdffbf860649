//! The head: a small file that says which line was the last, so that a tail that was cut off is
//! missed.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::chain::{Hash, Link};

/// The file, open for writing.
#[derive(Debug)]
pub(super) struct Head {
    file: File,
}

impl Head {
    /// Opens it, making it if there is none; and what it said.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Option<Link>)> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)?;
        let mut text = String::new();
        (&file).take(1024).read_to_string(&mut text)?;
        Ok((Self { file }, parse(&text)))
    }

    /// Writes the chain's end in the place of the one before: as long, so that it is one write.
    pub(super) fn set(&self, end: Link) -> io::Result<()> {
        let text = format!("{:020} {}\n", end.seq, end.hash);
        self.file.write_all_at(text.as_bytes(), 0)
    }

    /// Brings it to disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// What a head file says; `None` if nothing yet.
pub(super) fn read(path: &Path) -> io::Result<Option<Link>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(parse(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn parse(text: &str) -> Option<Link> {
    let (seq, hash) = text.trim().split_once(' ')?;
    Some(Link {
        seq: seq.parse().ok()?,
        hash: hash.parse::<Hash>().ok()?,
    })
}
