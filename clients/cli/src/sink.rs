//! Destinations of output: standard output, a file, a pipe or a device.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, IsTerminal as _, Seek as _, Write};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::args::To;
use crate::failure::Failure;

/// Who may read a new file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    Everyone,
    Owner,
}

/// Fails if the output is binary and goes to a terminal; `advice` is the alternative.
pub(crate) fn refuse_terminal(to: &To, advice: &str) -> Result<(), Failure> {
    if to.file().is_none() && io::stdout().is_terminal() {
        return Err(Failure::Usage(format!(
            "the output is binary, and standard output is a terminal: {advice}"
        )));
    }
    Ok(())
}

/// Fails if the output goes to a terminal, for commands that can print text instead.
pub(crate) fn refuse_binary(to: &To) -> Result<(), Failure> {
    refuse_terminal(
        to,
        "redirect it, give --output FILE, or choose --format base64",
    )
}

/// Writes everything in one call.
pub(crate) fn write(bytes: &[u8], to: &To, readers: Readers) -> Result<(), Failure> {
    let Some(path) = to.file() else {
        let mut out = io::stdout().lock();
        return out
            .write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(|error| Failure::file("write to", "standard output", &error));
    };
    write_file(bytes, path, readers).map_err(|error| Failure::file("write", path, &error))
}

fn write_file(bytes: &[u8], path: &str, readers: Readers) -> io::Result<()> {
    let mode = match readers {
        Readers::Everyone => 0o644,
        Readers::Owner => 0o600,
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(path)?;
    // An existing file keeps its mode, so set it; leave pipes and devices alone.
    if readers == Readers::Owner && file.metadata()?.is_file() {
        file.set_permissions(Permissions::from_mode(mode))?;
    }
    file.write_all(bytes)
}

/// The destination of data in pieces. A file appears only when it is complete.
pub(crate) enum Sink {
    /// A temporary file, which gets its name at the end.
    File(NamedTempFile, String),
    /// Standard output, a pipe or a device.
    Direct(Box<dyn Write>),
    /// Like `Direct`, but held back until all of it is verified.
    Held(File, Box<dyn Write>),
}

impl Sink {
    /// Opens the output of binary data. With `hold`, nothing is visible before [`Sink::close`].
    pub(crate) fn open(to: &To, hold: bool) -> Result<Self, Failure> {
        refuse_terminal(to, "redirect it, or give --output FILE")?;
        Self::text(to, hold)
    }

    /// Opens the output of text.
    pub(crate) fn text(to: &To, hold: bool) -> Result<Self, Failure> {
        let Some(path) = to.file() else {
            return Self::to(Box::new(io::stdout()), hold);
        };
        let opened = match Path::new(path).metadata() {
            Ok(known) if !known.is_file() => OpenOptions::new()
                .write(true)
                .open(path)
                .map(|file| Box::new(file) as Box<dyn Write>),
            _ => {
                let folder = Path::new(path)
                    .parent()
                    .filter(|p| !p.as_os_str().is_empty());
                let file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
                return file
                    .map(|file| Self::File(file, path.to_owned()))
                    .map_err(|error| Failure::file("write", path, &error));
            }
        };
        Self::to(
            opened.map_err(|error| Failure::file("write", path, &error))?,
            hold,
        )
    }

    fn to(writer: Box<dyn Write>, hold: bool) -> Result<Self, Failure> {
        if !hold {
            return Ok(Self::Direct(writer));
        }
        // An unnamed file, which disappears with this process.
        tempfile::tempfile()
            .map(|file| Self::Held(file, writer))
            .map_err(|error| Failure::file("write", "a temporary file", &error))
    }

    /// Completes the output.
    pub(crate) fn close(self) -> Result<(), Failure> {
        let failed = |error: &io::Error| Failure::file("write to", "the output", error);
        match self {
            Self::File(file, path) => file
                .persist(&path)
                .map(drop)
                .map_err(|error| Failure::file("write", &path, &error.error)),
            Self::Direct(mut writer) => writer.flush().map_err(|error| failed(&error)),
            Self::Held(mut file, mut writer) => file
                .rewind()
                .and_then(|()| io::copy(&mut file, &mut writer))
                .and_then(|_| writer.flush())
                .map_err(|error| failed(&error)),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file, _) => file.write(bytes),
            Self::Direct(writer) => writer.write(bytes),
            Self::Held(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file, _) => file.flush(),
            Self::Direct(writer) => writer.flush(),
            Self::Held(file, _) => file.flush(),
        }
    }
}
