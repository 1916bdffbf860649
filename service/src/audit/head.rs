//! The head: a small file with the number and hash of the last line, which detects a removed tail. It
//! is also the lock of the log, so that the service and its commands write one after the other.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use super::chain::{Hash, Link};
use super::sink::about;

/// The head file, open for writing and locked until it is dropped.
#[derive(Debug)]
pub(super) struct Head {
    file: File,
    recorded: Option<Link>,
}

impl Head {
    /// Opens the file, creating it if necessary, and waits until no other process writes.
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
        // A file that is not UTF-8 counts as empty.
        let recorded = match (&file).take(1024).read_to_string(&mut text) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => None,
            read => read.map(|_| parse(&text))?,
        };
        Ok(Self { file, recorded })
    }

    /// The last line according to the file when it was opened; `None` if it was empty or invalid.
    pub(super) fn recorded(&self) -> Option<Link> {
        self.recorded
    }

    /// Replaces the end of the chain and syncs the file. The length does not change, so it is a single
    /// write.
    pub(super) fn set(&self, end: Link) -> io::Result<()> {
        let text = format!("{:020} {}\n", end.seq, end.hash);
        self.file.write_all_at(text.as_bytes(), 0)?;
        self.file.sync_data()
    }
}

/// The content of a head file; `None` if it is empty.
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
