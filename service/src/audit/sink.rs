//! The destinations of the audit log: a file, standard error, or systemd's journal.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use super::chain::{Hash, Link, ParsedLine};
use crate::config::AuditTo;
use crate::files::{beside, folder_of};

/// The socket of systemd-journald for its native protocol.
const JOURNAL: &str = "/run/systemd/journal/socket";
/// Longer than two lines of maximum length.
const TAIL: u64 = 1024 * 1024;

/// Checks that a journal accepts datagrams, without sending one.
pub(crate) fn reach_journal() -> io::Result<()> {
    Sink::open(&AuditTo::Journald, false).map(drop)
}

/// The destination of the lines.
#[derive(Debug)]
pub(super) enum Sink {
    File {
        file: File,
        path: PathBuf,
        length: u64,
        is_torn: bool,
    },
    Stderr {
        is_torn: bool,
    },
    Journald(UnixDatagram),
}

/// The end of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// The file is empty, or the destination is not a file.
    Empty,
    /// A complete line.
    Whole(Link),
    /// Incomplete lines, after the last complete one if there is one.
    Torn { last: Option<Link>, torn: Hash },
}

impl Sink {
    /// Opens the destination. If a write failed and its remains cannot be read, a line break is
    /// written first.
    pub(super) fn open(to: &AuditTo, has_failed: bool) -> io::Result<Self> {
        match to {
            AuditTo::File(path) => open_file(path),
            AuditTo::Stderr => Ok(Self::Stderr {
                is_torn: has_failed,
            }),
            AuditTo::Journald => {
                let socket = UnixDatagram::unbound()?;
                socket
                    .connect(JOURNAL)
                    .map_err(|error| about(Path::new(JOURNAL), &error))?;
                Ok(Self::Journald(socket))
            }
        }
    }

    /// Writes complete lines, which are on disk when this returns. `sent` counts the lines that were
    /// written even if it fails, because they must not be written again.
    pub(super) fn write(&mut self, lines: &[String], sent: &mut usize) -> io::Result<()> {
        match self {
            Self::File {
                file,
                length,
                is_torn,
                ..
            } => {
                *length += put(file, is_torn, lines, sent)?;
                file.sync_data()
            }
            Self::Stderr { is_torn } => {
                put(&mut io::stderr().lock(), is_torn, lines, sent).map(drop)
            }
            Self::Journald(socket) => lines.iter().try_for_each(|line| {
                // A line contains no line breaks, as the short form of the protocol requires.
                let entry = format!("MESSAGE={line}\nPRIORITY=5\nSYSLOG_IDENTIFIER=parsec-audit\n");
                socket.send(entry.as_bytes())?;
                *sent += 1;
                Ok(())
            }),
        }
    }

    /// If a file has become too long, moves it aside under the number of its first line, and removes the
    /// oldest files beyond `keep`; 0 keeps all. Returns the first event that is kept, which belongs in
    /// the first line of the new file, if a file was moved aside.
    pub(super) fn rotate(&mut self, at: u64, keep: usize) -> io::Result<Option<u64>> {
        let Self::File { path, length, .. } = self else {
            return Ok(None);
        };
        if at == 0 || *length < at {
            return Ok(None);
        }
        let first = first_seq(path)?;
        fs::rename(&*path, beside(path, &format!(".{first:020}")))?;
        let kept_from = remove_oldest(path, keep)?;
        *self = open_file(path)?;
        Ok(Some(kept_from))
    }

    /// Whether the destination is a file, whose content can be read.
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// Whether the file is as the last write left it: not replaced, and of the same length.
    pub(super) fn is_intact(&self) -> bool {
        let Self::File {
            file, path, length, ..
        } = self
        else {
            return true;
        };
        let same = |ours: fs::Metadata, there: fs::Metadata| {
            (ours.dev(), ours.ino(), *length) == (there.dev(), there.ino(), there.len())
        };
        match (file.metadata(), fs::metadata(path)) {
            (Ok(ours), Ok(there)) => same(ours, there),
            _ => false,
        }
    }

    /// The number for the first line of an empty file, as [`Sink::rotate`] returns it, if the file follows
    /// one that was moved aside and ends with `end`. Otherwise its lines were removed.
    pub(super) fn kept_from(&self, end: Link) -> io::Result<Option<u64>> {
        let Self::File { path, .. } = self else {
            return Ok(None);
        };
        let aside = files_aside(path)?;
        let (Some((oldest, _)), Some((_, newest))) = (aside.first(), aside.last()) else {
            return Ok(None);
        };
        let follows = tail_of(&last_bytes(newest)?) == Tail::Whole(end);
        Ok(follows.then_some(*oldest))
    }

    /// The end of the destination. Writes nothing, because the disk may be full.
    pub(super) fn tail(&mut self) -> io::Result<Tail> {
        let Self::File { path, is_torn, .. } = self else {
            return Ok(Tail::Empty);
        };
        let bytes = last_bytes(path)?;
        *is_torn = bytes.last().is_some_and(|byte| *byte != b'\n');
        Ok(tail_of(&bytes))
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
        is_torn: false,
    })
}

/// Adds the path of the file to an error.
pub(super) fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Writes lines, starting a new line after an incomplete one; returns the number of bytes written.
pub(super) fn put(
    out: &mut impl Write,
    is_torn: &mut bool,
    lines: &[String],
    sent: &mut usize,
) -> io::Result<u64> {
    if *is_torn {
        out.write_all(b"\n")?;
        *is_torn = false;
    }
    let all: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    let mut there = 0;
    let done = write_counted(out, all.as_bytes(), &mut there);
    *is_torn = there > 0 && !all.as_bytes()[..there].ends_with(b"\n");
    // A line is complete even without its line break.
    let mut end = 0;
    let ends = lines.iter().map(|line| {
        end += line.len() + 1;
        end - 1
    });
    *sent += ends.take_while(|end| *end <= there).count();
    done.map(|()| all.len() as u64)
}

/// As `write_all`, and counts the bytes written.
fn write_counted(out: &mut impl Write, bytes: &[u8], there: &mut usize) -> io::Result<()> {
    while *there < bytes.len() {
        match out.write(&bytes[*there..]) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(more) => *there += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn tail_of(bytes: &[u8]) -> Tail {
    let mut torn = bytes.len();
    let last = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .rev()
        .find_map(|line| {
            let link = link_of(without_break(line));
            if link.is_none() {
                torn -= line.len();
            }
            link
        });
    match (last, &bytes[torn..]) {
        (None, []) => Tail::Empty,
        (Some(last), []) => Tail::Whole(last),
        (last, torn) => Tail::Torn {
            last,
            torn: Hash::of(without_break(torn)),
        },
    }
}

fn without_break(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}

/// `None` if the line is not an event.
fn link_of(line: &[u8]) -> Option<Link> {
    let read = serde_json::from_slice::<ParsedLine>(line).ok()?;
    Some(Link {
        seq: read.seq,
        hash: Hash::of(line),
    })
}

fn first_seq(path: &Path) -> io::Result<u64> {
    let mut start = Vec::new();
    File::open(path)?.take(TAIL).read_to_end(&mut start)?;
    let first = start.split(|byte| *byte == b'\n').find_map(link_of);
    Ok(first.map_or(0, |first| first.seq))
}

fn last_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut reader = File::open(path)?;
    let length = reader.metadata()?.len();
    reader.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Removes the oldest files that were moved aside; returns the number of the first event left.
fn remove_oldest(path: &Path, keep: usize) -> io::Result<u64> {
    let aside = files_aside(path)?;
    let surplus = match keep {
        0 => 0,
        _ => aside.len().saturating_sub(keep),
    };
    for (_, old) in &aside[..surplus] {
        tracing::info!(file = %old.display(), "removing old audit events");
        fs::remove_file(old).map_err(|error| about(old, &error))?;
    }
    Ok(aside[surplus..].first().map_or(1, |(first, _)| *first))
}

/// The files that were moved aside, each with the number of its first event, oldest first.
fn files_aside(path: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut found = Vec::new();
    for entry in fs::read_dir(folder_of(path))? {
        let entry = entry?;
        let other = entry.file_name().to_string_lossy().into_owned();
        let number = other
            .strip_prefix(&name)
            .and_then(|rest| rest.strip_prefix('.'))
            .filter(|it| it.len() == 20 && it.bytes().all(|it| it.is_ascii_digit()));
        if let Some(first) = number.and_then(|number| number.parse().ok()) {
            found.push((first, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// The file, after those that were moved aside, oldest first.
pub(super) fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    let aside = files_aside(path)?;
    let mut found: Vec<_> = aside.into_iter().map(|(_, file)| file).collect();
    if path.exists() || found.is_empty() {
        found.push(path.to_owned());
    }
    Ok(found)
}
