//! Verifying the chain from its first line to its last.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::chain::{Hash, Link, ParsedLine};
use super::head;
use super::sink::files;

/// The fault of an audit log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditFault {
    /// It cannot be read.
    #[error("{what}: {source}")]
    Unreadable {
        /// The file.
        what: String,
        /// The cause.
        source: io::Error,
    },
    /// The chain is broken.
    #[error("{what}, line {line}: {why}")]
    Broken {
        /// The file.
        what: String,
        /// The line, from 1.
        line: usize,
        /// The fault.
        why: String,
    },
    /// The last events are missing.
    #[error(
        "the last {missing} events are missing: the head names event {head}, but the log ends with event {last}"
    )]
    CutOff {
        /// The number of missing events.
        missing: u64,
        /// The number in the head.
        head: u64,
        /// The number of the last event in the log.
        last: u64,
    },
    /// There is no head to compare the end with.
    #[error(
        "the head {} is missing or names no event, so that the last events may be missing as well; restore it, or name a copy of it with --head",
        .head.display()
    )]
    HeadMissing {
        /// The head file.
        head: PathBuf,
    },
    /// Events are missing before the first one in the log.
    #[error(
        "{what}: the log begins with event {first}, which did not begin a file: the events before it were removed"
    )]
    EarlierFilesMissing {
        /// The file.
        what: String,
        /// The number of the first event in the log.
        first: u64,
    },
    /// The requested first events are missing.
    #[error("events {from} to {} are missing: the first present event is {first}", first - 1)]
    BeginsTooLate {
        /// The requested first event.
        from: u64,
        /// The first event in the log.
        first: u64,
    },
    /// The last event differs from the one in the head.
    #[error(
        "event {seq} is not the one that the head names: it was changed, or another program wrote the events after it"
    )]
    HeadDiffers {
        /// The number of the event.
        seq: u64,
    },
}

/// The summary of an intact audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditSummary {
    /// The number of verified events.
    pub events: u64,
    /// The number of the first event; more than 1 if older files were removed.
    pub first: u64,
    /// The number of the last event.
    pub last: u64,
    /// The first event that the service itself has kept; 1 if it has removed no file.
    pub kept_from: u64,
    /// The number of lines that were left incomplete by a crash, which is not a fault.
    pub torn: u64,
    /// Whether the end was compared with a head.
    pub end_is_known: bool,
}

impl AuditSummary {
    /// Checks that no event from number `from` on is missing at the beginning.
    ///
    /// # Errors
    ///
    /// The missing events.
    pub fn expect_from(self, from: u64) -> Result<Self, AuditFault> {
        match self.first {
            first if first > from => Err(AuditFault::BeginsTooLate { from, first }),
            _ => Ok(self),
        }
    }
}

/// Verifies the chain in the file and in those that were moved aside before it, and compares its end
/// with the head file.
///
/// # Errors
///
/// The first fault.
pub fn verify_audit(path: &Path, head_file: Option<&Path>) -> Result<AuditSummary, AuditFault> {
    let mut walk = Walk::new(head_file, false)?;
    let unreadable = |path: &Path| {
        let what = path.display().to_string();
        |source| AuditFault::Unreadable { what, source }
    };
    for file in files(path).map_err(unreadable(path))? {
        let reader = File::open(&file).map_err(unreadable(&file))?;
        walk.follow(&file.display().to_string(), BufReader::new(reader))?;
    }
    walk.end()
}

/// Verifies the chain in a stream that may contain other lines, such as a journal's output.
///
/// # Errors
///
/// The first fault.
pub fn verify_audit_stream(
    stream: impl BufRead,
    head_file: Option<&Path>,
) -> Result<AuditSummary, AuditFault> {
    let mut walk = Walk::new(head_file, true)?;
    walk.follow("standard input", stream)?;
    walk.end()
}

fn head_of(file: Option<&Path>) -> Result<Option<Link>, AuditFault> {
    let Some(file) = file else { return Ok(None) };
    let recorded = head::read(file).map_err(|source| AuditFault::Unreadable {
        what: file.display().to_string(),
        source,
    })?;
    Ok(recorded.filter(|recorded| recorded.seq > 0))
}

/// The fault of a line.
enum Wrong {
    /// It is the first line of the log, but was not the first of its file; its number.
    EarlierFilesMissing(u64),
    Line(String),
}

impl From<String> for Wrong {
    fn from(why: String) -> Self {
        Self::Line(why)
    }
}

struct Walk {
    recorded: Option<Link>,
    head: Option<PathBuf>,
    /// Whether the input may contain other lines.
    among_others: bool,
    end: Link,
    /// The hash of consecutive lines that are not events; the next event must account for them.
    torn: Option<Sha256>,
    summary: AuditSummary,
}

impl Walk {
    fn new(head: Option<&Path>, among_others: bool) -> Result<Self, AuditFault> {
        Ok(Self {
            recorded: head_of(head)?,
            head: head.map(Path::to_owned),
            among_others,
            end: Link::NONE,
            torn: None,
            summary: AuditSummary {
                kept_from: 1,
                ..AuditSummary::default()
            },
        })
    }

    fn follow(&mut self, what: &str, lines: impl BufRead) -> Result<(), AuditFault> {
        for (index, line) in lines.split(b'\n').enumerate() {
            let line = line.map_err(|source| AuditFault::Unreadable {
                what: what.to_owned(),
                source,
            })?;
            if self.among_others && !line.starts_with(b"{\"seq\":") {
                continue;
            }
            self.step(&line).map_err(|why| match why {
                Wrong::EarlierFilesMissing(first) => AuditFault::EarlierFilesMissing {
                    what: what.to_owned(),
                    first,
                },
                Wrong::Line(why) => AuditFault::Broken {
                    what: what.to_owned(),
                    line: index + 1,
                    why,
                },
            })?;
        }
        Ok(())
    }

    fn note_torn(&mut self, line: &[u8]) {
        match &mut self.torn {
            None => self.torn = Some(Sha256::new_with_prefix(line)),
            Some(torn) => {
                torn.update(b"\n");
                torn.update(line);
            }
        }
    }

    fn step(&mut self, line: &[u8]) -> Result<(), Wrong> {
        let Ok(read) = serde_json::from_slice::<ParsedLine>(line) else {
            self.note_torn(line);
            return Ok(());
        };
        let is_first = self.summary.events == 0;
        // An incomplete line has a number as well.
        let first_seq = if self.torn.is_some() { 2 } else { 1 };
        let before = match self.torn.take() {
            None => self.end,
            Some(torn) if read.event == "line-torn" => {
                self.summary.torn += 1;
                Link {
                    seq: self.end.seq + 1,
                    hash: Hash(torn.finalize().into()),
                }
            }
            // In a stream, incomplete lines cannot be recognized, so their event was sent again.
            Some(_) if self.among_others => self.end,
            Some(_) => return Err("the line before this one is not an event".to_owned().into()),
        };
        match is_first && read.seq > first_seq {
            // A journal removes old entries in any order.
            true if self.among_others || read.kept_from.is_some() => {}
            true => return Err(Wrong::EarlierFilesMissing(read.seq)),
            false => check(before, &read)?,
        }
        self.end = Link {
            seq: read.seq,
            hash: Hash::of(line),
        };
        if is_first {
            self.summary.first = read.seq;
        }
        if let Some(kept_from) = read.kept_from {
            self.summary.kept_from = kept_from;
        }
        self.summary.events += 1;
        self.summary.last = read.seq;
        Ok(self.compare_with_head()?)
    }

    fn compare_with_head(&mut self) -> Result<(), String> {
        match self.recorded {
            Some(recorded) if recorded.seq == self.end.seq && recorded.hash != self.end.hash => {
                Err("this is not the event that the head names: it was changed".to_owned())
            }
            Some(recorded) if recorded.seq == self.end.seq => {
                self.summary.end_is_known = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn end(mut self) -> Result<AuditSummary, AuditFault> {
        self.summary.torn += u64::from(self.torn.is_some());
        match self.recorded {
            Some(recorded) if recorded.seq > self.end.seq => Err(AuditFault::CutOff {
                missing: recorded.seq - self.end.seq,
                head: recorded.seq,
                last: self.end.seq,
            }),
            Some(recorded) if !self.summary.end_is_known => {
                Err(AuditFault::HeadDiffers { seq: recorded.seq })
            }
            Some(_) => Ok(self.summary),
            None => match self.head {
                Some(head) if self.summary.events > 0 => Err(AuditFault::HeadMissing { head }),
                _ => Ok(self.summary),
            },
        }
    }
}

fn check(before: Link, read: &ParsedLine) -> Result<(), String> {
    let expected = before.seq + 1;
    if read.seq > expected {
        let missing = read.seq - expected;
        return Err(format!(
            "{missing} events are missing before event {}, or lines were moved",
            read.seq
        ));
    }
    if read.seq < expected {
        return Err(format!(
            "found event {} instead of event {expected}: lines were moved or inserted",
            read.seq
        ));
    }
    if read.prev.parse::<Hash>() != Ok(before.hash) {
        return Err(format!(
            "event {} does not match the one before it: one of the two was changed",
            read.seq
        ));
    }
    Ok(())
}
