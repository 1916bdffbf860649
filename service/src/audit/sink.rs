//! Where lines go.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use super::chain::{Hash, Link, ParsedLine};
use crate::config::AuditTo;
use crate::files::{beside, folder_of};

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
        is_torn: bool,
    },
    Stderr {
        is_torn: bool,
    },
    Journald(UnixDatagram),
}

/// What stands at the end of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// Nothing, or it is no file.
    Empty,
    /// A whole line.
    Whole(Link),
    /// Parts of lines, after the last whole one if there is any.
    Torn { last: Option<Link>, torn: Hash },
}

impl Sink {
    /// Opens it. Where it cannot be seen what a write that failed has left, a line break comes first.
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

    /// Writes whole lines; they are on disk when this returns. Those that are there even where it
    /// fails are counted, for they must not be written again.
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
                // A line has no line breaks, which the short form of the protocol needs.
                let entry = format!("MESSAGE={line}\nPRIORITY=5\nSYSLOG_IDENTIFIER=parsec-audit\n");
                socket.send(entry.as_bytes())?;
                *sent += 1;
                Ok(())
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
        fs::rename(&*path, beside(path, &format!(".{first:020}")))?;
        *self = open_file(path)?;
        Ok(())
    }

    /// What stands at the end. Writes nothing: the disk may be full.
    pub(super) fn tail(&mut self) -> io::Result<Tail> {
        let Self::File {
            path,
            length,
            is_torn,
            ..
        } = self
        else {
            return Ok(Tail::Empty);
        };
        let mut reader = File::open(&*path)?;
        reader.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
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

/// The error, with the file that it is about.
pub(super) fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Writes lines, each on a line of its own even after one that is torn; how many bytes it was.
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
    let done = write_on(out, all.as_bytes(), &mut there);
    *is_torn = there > 0 && !all.as_bytes()[..there].ends_with(b"\n");
    // A line is there even if its line break is not.
    let mut end = 0;
    let ends = lines.iter().map(|line| {
        end += line.len() + 1;
        end - 1
    });
    *sent += ends.take_while(|end| *end <= there).count();
    done.map(|()| all.len() as u64)
}

/// As `write_all`, and says how far it came.
fn write_on(out: &mut impl Write, bytes: &[u8], there: &mut usize) -> io::Result<()> {
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

/// `None` for what is no event.
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

/// The file and those that were put aside before it, in the order in which they were written.
pub(super) fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
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
