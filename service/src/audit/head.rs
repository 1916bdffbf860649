//! The head: a small file that says which line was the last, so that a tail that was cut off is
//! missed. It is also the lock of the log: the service and its commands write one after the other.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use super::chain::{Hash, Link};
use super::sink::about;

/// The file, open for writing and locked until it is dropped.
#[derive(Debug)]
pub(super) struct Head {
    file: File,
    said: Option<Link>,
}

impl Head {
    /// Opens it, making it if there is none, and waits until no other process writes.
    pub(super) fn lock(path: &Path) -> io::Result<Self> {
        Self::open(path).map_err(|error| about(path, &error))
    }

    fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)?;
        flock(&file, FlockOperation::LockExclusive)?;
        let mut text = String::new();
        // What is no text says nothing.
        let said = match (&file).take(1024).read_to_string(&mut text) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => None,
            read => read.map(|_| parse(&text))?,
        };
        Ok(Self { file, said })
    }

    /// Which line was the last when it was opened; `None` if it said nothing.
    pub(super) fn said(&self) -> Option<Link> {
        self.said
    }

    /// Writes the chain's end in the place of the one before, as long, so that it is one write, and
    /// brings it to disk.
    pub(super) fn set(&self, end: Link) -> io::Result<()> {
        let text = format!("{:020} {}\n", end.seq, end.hash);
        self.file.write_all_at(text.as_bytes(), 0)?;
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
