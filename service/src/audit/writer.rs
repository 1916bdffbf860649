//! The thread that writes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;

use super::chain::{self, Link};
use super::head::Head;
use super::sink::{Sink, Tail};
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
    Flush(SyncSender<()>),
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
}

impl Writer {
    /// Opens what is written to, and goes on with the chain.
    pub(super) fn open(config: &AuditConfig, counts: Arc<Counts>) -> io::Result<Self> {
        let (sink, head, end) = resume(config)?;
        Ok(Self {
            config: config.clone(),
            sink,
            head,
            end,
            counts,
            told: 0,
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
        while let Err(error) = self.append(&all) {
            tracing::error!(%error, "security events cannot be written");
            if self.config.overflow == Overflow::Count {
                let count = events.len() as u64;
                self.counts.lost.fetch_add(count, Ordering::Relaxed);
                self.reopen();
                return;
            }
            thread::sleep(TRY_AGAIN);
            self.reopen();
        }
        self.told = lost;
        self.counts
            .written
            .fetch_add(all.len() as u64, Ordering::Relaxed);
    }

    fn append(&mut self, events: &[Event]) -> io::Result<()> {
        self.sink.rotate(self.config.rotate_at)?;
        let mut end = self.end;
        let mut lines = Vec::with_capacity(events.len());
        for event in events {
            let (line, next) = chain::line(end, event)?;
            lines.push(line);
            end = next;
        }
        self.sink.write(&lines)?;
        self.end = end;
        self.head.set(end)?;
        self.head.sync()
    }

    /// What a write that failed has left is seen when the file is opened again.
    fn reopen(&mut self) {
        if let Ok((sink, head, end)) = resume(&self.config) {
            (self.sink, self.head, self.end) = (sink, head, end);
        }
    }
}

/// Where the chain goes on: behind what is written. Where that is not what the head says was
/// written last, it goes on behind the head, so that what is missing or changed is seen for ever.
fn resume(config: &AuditConfig) -> io::Result<(Sink, Head, Link)> {
    let mut sink = Sink::open(&config.to)?;
    let (head, said) = Head::open(&config.head_file).map_err(|error| {
        let path = config.head_file.display();
        io::Error::new(error.kind(), format!("{path}: {error}"))
    })?;
    let tail = sink.tail()?;
    let last = match tail {
        Tail::Empty => said.unwrap_or(Link::NONE),
        Tail::Whole(last) | Tail::Torn { last, .. } => last,
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
    let Tail::Torn { last, torn } = tail else {
        return Ok((sink, head, last));
    };
    let torn = Link {
        seq: last.seq + 1,
        hash: torn,
    };
    let (line, end) = chain::line(torn, &Event::of_service(Kind::LineTorn))?;
    sink.write(&[line])?;
    head.set(end)?;
    Ok((sink, head, end))
}
