//! The thread that writes.

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
use super::head::Head;
use super::sink::{Sink, Tail, about};
use super::{Counts, Event, Kind};
use crate::config::{AuditConfig, Overflow};

/// Events that are brought to disk together.
const BATCH: usize = 256;
/// How long to wait after a write that failed.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// What is handed over.
#[derive(Debug)]
pub(super) enum Message {
    Event(Box<Event>),
    /// Answered when all that came before is written.
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
    head: Head,
    end: Link,
    counts: Arc<Counts>,
    /// Of [`Counts::lost`], how many are written down.
    told: u64,
    /// A write has failed, and what it has left was not seen to yet.
    must_resume: bool,
}

impl Writer {
    /// Opens what is written to, and goes on with the chain.
    pub(super) fn open(config: &AuditConfig, counts: Arc<Counts>) -> io::Result<Self> {
        let (sink, head, end) = resume(config, None)?;
        Ok(Self {
            config: config.clone(),
            sink,
            head,
            end,
            counts,
            told: 0,
            must_resume: false,
        })
    }

    /// Writes until there is nobody left who could send.
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
                // Whoever asked may have lost patience.
                let _ = done.send(());
            }
        }
    }

    fn write(&mut self, events: &[Event]) {
        let lost = self.counts.lost.load(Ordering::Relaxed);
        let mut all = Vec::new();
        if lost > self.told {
            all.push(Event::because(Kind::EventsLost, lost - self.told));
        }
        all.extend_from_slice(events);
        let mut rest = &all[..];
        while let Err(error) = self.append(&mut rest) {
            tracing::error!(%error, "security events cannot be written");
            if self.config.overflow == Overflow::Count {
                break;
            }
            thread::sleep(TRY_AGAIN);
        }
        // What tells of the lost is the first of all.
        if rest.len() <= events.len() {
            self.told = lost;
        }
        let add = |counter: &AtomicU64, count: usize| {
            counter.fetch_add(count as u64, Ordering::Relaxed);
        };
        add(&self.counts.lost, rest.len().min(events.len()));
        add(&self.counts.written, all.len() - rest.len());
    }

    /// Writes events, and has `rest` begin with the first that is not written.
    fn append(&mut self, rest: &mut &[Event]) -> io::Result<()> {
        if self.must_resume {
            let known = Some(self.end);
            (self.sink, self.head, self.end) = resume(&self.config, known)?;
        }
        self.must_resume = true;
        self.sink.rotate(self.config.rotate_at)?;
        let mut end = self.end;
        let (mut lines, mut ends) = (Vec::new(), Vec::new());
        for event in *rest {
            let (line, next) = chain::line(end, event)?;
            lines.push(line);
            ends.push(next);
            end = next;
        }
        let mut sent = 0;
        let written = self.sink.write(&lines, &mut sent);
        if let Some(last) = ends[..sent].last() {
            self.end = *last;
        }
        *rest = &rest[sent..];
        written?;
        self.head.set(self.end)?;
        self.head.sync()?;
        self.must_resume = false;
        Ok(())
    }
}

/// Where the chain goes on: behind what is written. Where that is not what was written last, as the
/// head says or as is `known`, it goes on behind that, so that what is missing or changed is seen
/// for ever.
fn resume(config: &AuditConfig, known: Option<Link>) -> io::Result<(Sink, Head, Link)> {
    let mut sink = Sink::open(&config.to, known.is_some())?;
    let (head, said) =
        Head::open(&config.head_file).map_err(|error| about(&config.head_file, &error))?;
    // A head that could not be written is behind.
    let said = known.or(said);
    let tail = sink.tail()?;
    let last = match tail {
        Tail::Whole(last)
        | Tail::Torn {
            last: Some(last), ..
        } => last,
        Tail::Empty | Tail::Torn { last: None, .. } => said.unwrap_or(Link::NONE),
    };
    if let Some(said) = said
        && (said.seq > last.seq || (said.seq == last.seq && said.hash != last.hash))
    {
        tracing::error!(
            head = said.seq,
            found = last.seq,
            "security events are missing or were changed; `parsec-service audit verify` says more"
        );
        return Ok((sink, head, said));
    }
    let Tail::Torn { torn, .. } = tail else {
        return Ok((sink, head, last));
    };
    let torn = Link {
        seq: last.seq + 1,
        hash: torn,
    };
    let (line, end) = chain::line(torn, &Event::of_service(Kind::LineTorn))?;
    sink.write(&[line], &mut 0)?;
    head.set(end)?;
    Ok((sink, head, end))
}
