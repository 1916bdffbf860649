//! Events of commands that cannot write to the service's standard error. They wait in a file beside the
//! head until the service writes its next event.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Event;
use crate::files::beside;

/// The waiting events. Only used while the head is locked.
#[derive(Debug)]
pub(super) struct WaitingCommands {
    path: PathBuf,
    events: Vec<Value>,
}

fn place(head_file: &Path) -> PathBuf {
    beside(head_file, ".waiting")
}

impl WaitingCommands {
    /// Reads the events, without lines left incomplete by a crash.
    pub(super) fn read(head_file: &Path) -> io::Result<Self> {
        let path = place(head_file);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read?,
        };
        let events = text.lines().flat_map(serde_json::from_str).collect();
        Ok(Self { path, events })
    }

    /// Adds an event; it is on disk when this returns.
    pub(super) fn add(head_file: &Path, event: &Event) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(place(head_file))?;
        let line = serde_json::to_string(event)?;
        file.write_all(format!("{line}\n").as_bytes())?;
        file.sync_data()
    }

    /// The events.
    pub(super) fn events(&self) -> &[Value] {
        &self.events
    }

    /// Removes the first `count` events, or all.
    pub(super) fn remove(&mut self, count: usize) -> io::Result<()> {
        let count = count.min(self.events.len());
        if count == 0 {
            return Ok(());
        }
        self.events.drain(..count);
        let lines = self.events.iter().map(|event| format!("{event}\n"));
        let mut file = File::create(&self.path)?;
        file.write_all(lines.collect::<String>().as_bytes())?;
        file.sync_data()
    }
}
