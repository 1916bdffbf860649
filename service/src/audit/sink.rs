//! Where lines go.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use super::chain::{Hash, Link, Read};
use crate::config::AuditTo;

/// Where systemd-journald listens, for its native protocol.
const JOURNAL: &str = "/run/systemd/journal/socket";
/// More than the two longest lines there can be.
const TAIL: u64 = 1024 * 1024;

/// Where lines go.
#[derive(Debug)]
pub(super) enum Sink {
    File {
        file: File,
        path: PathBuf,
        length: u64,
    },
    Stderr,
    Journald(UnixDatagram),
}

/// What stands at the end of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// Nothing, or it is no file.
    Empty,
    /// A whole line.
    Whole(Link),
    /// Part of a line, after the last whole one.
    Torn { last: Link, torn: Hash },
}

impl Sink {
    pub(super) fn open(to: &AuditTo) -> io::Result<Self> {
        match to {
            AuditTo::File(path) => open_file(path),
            AuditTo::Stderr => Ok(Self::Stderr),
            AuditTo::Journald => {
                let socket = UnixDatagram::unbound()?;
                socket
                    .connect(JOURNAL)
                    .map_err(|error| about(Path::new(JOURNAL), &error))?;
                Ok(Self::Journald(socket))
            }
        }
    }

    /// Writes whole lines; they are on disk when this returns.
    pub(super) fn write(&mut self, lines: &[String]) -> io::Result<()> {
        match self {
            Self::File { file, length, .. } => {
                let all = joined(lines);
                file.write_all(all.as_bytes())?;
                *length += all.len() as u64;
                file.sync_data()
            }
            Self::Stderr => io::stderr().lock().write_all(joined(lines).as_bytes()),
            Self::Journald(socket) => lines.iter().try_for_each(|line| {
                // A line has no line breaks, which the short form of the protocol needs.
                let entry = format!("MESSAGE={line}\nPRIORITY=5\nSYSLOG_IDENTIFIER=parsec-audit\n");
                socket.send(entry.as_bytes()).map(drop)
            }),
        }
    }

    /// Puts a file aside that has become too long, under the number of its first line.
    pub(super) fn rotate(&mut self, at: u64) -> io::Result<()> {
        let Self::File { path, length, .. } = self else {
            return Ok(());
        };
        if at == 0 || *length < at {
            return Ok(());
        }
        let first = first_seq(path)?;
        let mut aside = path.clone().into_os_string();
        aside.push(format!(".{first:020}"));
        fs::rename(&*path, aside)?;
        *self = open_file(path)?;
        Ok(())
    }

    /// What stands at the end; a torn line is ended, so that the next has one of its own.
    pub(super) fn tail(&mut self) -> io::Result<Tail> {
        let Self::File { file, path, length } = self else {
            return Ok(Tail::Empty);
        };
        let mut reader = File::open(&*path)?;
        reader.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
        let tail = tail_of(&bytes);
        if matches!(tail, Tail::Torn { .. }) {
            file.write_all(b"\n")?;
            *length += 1;
        }
        Ok(tail)
    }
}

fn open_file(path: &Path) -> io::Result<Sink> {
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| about(path, &error))?;
    let length = file.metadata()?.len();
    Ok(Sink::File {
        file,
        path: path.to_owned(),
        length,
    })
}

fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn joined(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

fn tail_of(bytes: &[u8]) -> Tail {
    if bytes.is_empty() {
        return Tail::Empty;
    }
    let (whole, torn) = match bytes.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (&bytes[..0], bytes),
    };
    let last = whole
        .rsplit(|byte| *byte == b'\n')
        .next()
        .map_or(Link::NONE, link_of);
    match torn {
        [] => Tail::Whole(last),
        _ => Tail::Torn {
            last,
            torn: Hash::of(torn),
        },
    }
}

/// A line that cannot be read has no number; its hash goes on.
fn link_of(line: &[u8]) -> Link {
    if line.is_empty() {
        return Link::NONE;
    }
    Link {
        seq: serde_json::from_slice::<Read>(line).map_or(0, |read| read.seq),
        hash: Hash::of(line),
    }
}

fn first_seq(path: &Path) -> io::Result<u64> {
    let mut start = Vec::new();
    File::open(path)?.take(TAIL).read_to_end(&mut start)?;
    let line = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    Ok(link_of(line).seq)
}

/// The file and those that were put aside before it, in the order in which they were written.
pub(super) fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let other = entry.file_name().to_string_lossy().into_owned();
        let number = other
            .strip_prefix(&name)
            .and_then(|rest| rest.strip_prefix('.'));
        if number.is_some_and(|it| it.len() == 20 && it.bytes().all(|it| it.is_ascii_digit())) {
            found.push(entry.path());
        }
    }
    found.sort();
    if path.exists() || found.is_empty() {
        found.push(path.to_owned());
    }
    Ok(found)
}
