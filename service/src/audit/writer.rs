//! The thread that writes events.

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::sync::oneshot;

use super::chain::{self, Link};
use super::counts::Counts;
use super::event::{Event, EventKind};
use super::head::Head;
use super::sink::{Sink, Tail};
use super::waiting::WaitingCommands;
use crate::config::{AuditConfig, Overflow};

/// The maximum number of events written together.
const BATCH: usize = 256;
/// How long to wait after a failed write.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// A message in the queue.
#[derive(Debug)]
pub(super) enum Message {
    Event(Box<Event>),
    /// Answered when all earlier messages are written.
    Flush(oneshot::Sender<()>),
}

impl From<Event> for Message {
    fn from(event: Event) -> Self {
        Self::Event(Box::new(event))
    }
}

pub(super) struct Writer {
    config: AuditConfig,
    sink: Sink,
    end: Link,
    /// The number for the next line, if it is the first of a file.
    kept_from: Option<u64>,
    counts: Arc<Counts>,
    /// The part of [`Counts::lost`] that is recorded in the log.
    recorded_lost: u64,
    /// A write has failed, and its remains were not handled yet.
    must_resume: bool,
}

impl Writer {
    /// Opens the destination, and resumes the chain.
    pub(super) fn open(config: &AuditConfig, counts: Arc<Counts>) -> io::Result<Self> {
        let head = Head::lock(&config.head_file)?;
        let resumed = resume(config, &head, None)?;
        Ok(Self {
            config: config.clone(),
            sink: resumed.sink,
            end: resumed.end,
            kept_from: resumed.kept_from,
            counts,
            recorded_lost: 0,
            must_resume: false,
        })
    }

    /// Writes until all senders are dropped.
    pub(super) fn run(mut self, mut queue: Receiver<Message>) {
        while let Some(first) = queue.blocking_recv() {
            let mut events = Vec::new();
            let mut waiting = Vec::new();
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Event(event) => events.push(*event),
                    Message::Flush(done) => waiting.push(done),
                }
                next = (events.len() < BATCH)
                    .then(|| queue.try_recv().ok())
                    .flatten();
            }
            self.write(&events);
            for done in waiting {
                // The receiver may have given up.
                let _ = done.send(());
            }
        }
    }

    fn write(&mut self, events: &[Event]) {
        let lost = self.counts.lost.load(Ordering::Relaxed);
        let mut all = Vec::new();
        if lost > self.recorded_lost {
            all.push(Event::because(
                EventKind::EventsLost,
                lost - self.recorded_lost,
            ));
        }
        all.extend_from_slice(events);
        let mut rest = &all[..];
        while let Err(error) = self.append(&mut rest) {
            tracing::error!(%error, "audit events cannot be written");
            if self.config.overflow == Overflow::Count {
                break;
            }
            thread::sleep(TRY_AGAIN);
        }
        // The event about lost events comes first.
        if rest.len() <= events.len() {
            self.recorded_lost = lost;
        }
        let add = |counter: &AtomicU64, count: usize| {
            counter.fetch_add(count as u64, Ordering::Relaxed);
        };
        add(&self.counts.lost, rest.len().min(events.len()));
        add(&self.counts.written, all.len() - rest.len());
    }

    /// Writes events; afterwards `rest` begins with the first event that was not written.
    pub(super) fn append(&mut self, rest: &mut &[Event]) -> io::Result<()> {
        let head = Head::lock(&self.config.head_file)?;
        // Another process has written meanwhile.
        let is_behind = head.recorded().is_some_and(|link| link.seq > self.end.seq);
        if self.must_resume || is_behind || !self.sink.is_intact() {
            self.must_resume = true;
            let resumed = resume(&self.config, &head, Some(self.end))?;
            (self.sink, self.end) = (resumed.sink, resumed.end);
            self.kept_from = resumed.kept_from;
        }
        self.must_resume = true;
        let (rotate_at, keep) = (self.config.rotate_at, self.config.keep_files);
        if let Some(kept_from) = self.sink.rotate(rotate_at, keep)? {
            self.kept_from = Some(kept_from);
        }
        let mut commands = WaitingCommands::read(&self.config.head_file)?;
        let (mut lines, mut ends) = (Vec::new(), Vec::new());
        let mut end = self.end;
        let mut add = |line: Result<(String, Link), serde_json::Error>| -> io::Result<Link> {
            let (line, next) = line?;
            lines.push(line);
            ends.push(next);
            Ok(next)
        };
        let mut kept_from = self.kept_from;
        for event in commands.events() {
            end = add(chain::line(end, event, kept_from.take()))?;
        }
        for event in *rest {
            end = add(chain::line(end, event, kept_from.take()))?;
        }
        let mut sent = 0;
        let written = self.sink.write(&lines, &mut sent);
        if let Some(last) = ends[..sent].last() {
            self.end = *last;
            self.kept_from = None;
        }
        *rest = &rest[sent.saturating_sub(commands.events().len())..];
        let removed = commands.remove(sent);
        written.and(removed)?;
        head.set(self.end)?;
        self.must_resume = false;
        Ok(())
    }
}

/// The point where the chain continues.
struct Resumed {
    sink: Sink,
    end: Link,
    kept_from: Option<u64>,
}

/// Finds the point where the chain continues: after the last line. If that is not the line that was
/// written last, according to the head or to `known`, the chain continues after the latter, so that the
/// gap stays detectable.
fn resume(config: &AuditConfig, head: &Head, known: Option<Link>) -> io::Result<Resumed> {
    let mut sink = Sink::open(&config.to, known.is_some())?;
    // A head that could not be written is behind, and so is this process if another one has written.
    let link = match (known, head.recorded()) {
        (Some(known), Some(link)) if link.seq > known.seq => Some(link),
        (known, link) => known.or(link),
    };
    let link = link.unwrap_or(Link::NONE);
    let tail = sink.tail()?;
    let last = match tail {
        Tail::Whole(last)
        | Tail::Torn {
            last: Some(last), ..
        } => Some(last),
        Tail::Empty | Tail::Torn { last: None, .. } => None,
    };
    let kept_from = match last {
        None => sink.kept_from(link)?,
        Some(_) => None,
    };
    let is_emptied = last.is_none() && link != Link::NONE && kept_from.is_none() && sink.is_file();
    let last = last.unwrap_or(link);
    if is_emptied || link.seq > last.seq || (link.seq == last.seq && link.hash != last.hash) {
        tracing::error!(
            head = link.seq,
            found = if is_emptied { 0 } else { last.seq },
            "audit events are missing or were changed; run `parsec-service audit verify` for details"
        );
        let (end, kept_from) = (link, None);
        return Ok(Resumed {
            sink,
            end,
            kept_from,
        });
    }
    let Tail::Torn { torn, .. } = tail else {
        return Ok(Resumed {
            sink,
            end: last,
            kept_from,
        });
    };
    let torn = Link {
        seq: last.seq + 1,
        hash: torn,
    };
    let (line, end) = chain::line(torn, &Event::of_service(EventKind::LineTorn), kept_from)?;
    sink.write(&[line], &mut 0)?;
    head.set(end)?;
    Ok(Resumed {
        sink,
        end,
        kept_from: None,
    })
}
