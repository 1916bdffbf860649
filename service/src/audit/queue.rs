//! The queue between those that record events and the thread that writes them.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::counts::Counts;
use super::event::{Event, EventKind};
use super::writer::{Message, Writer};
use crate::config::{AuditConfig, Overflow};
use crate::error::ServiceError;
use crate::files::folder_of;
use crate::key_store::make_folder;

/// How long the last events may take to be written when the service stops.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How often a thread that waits for room looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// Where events are handed over. Without a configuration it takes none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Audit {
    queue: Option<Queue>,
    counts: Arc<Counts>,
}

#[derive(Debug, Clone)]
struct Queue {
    sender: Sender<Message>,
    overflow: Overflow,
}

impl Audit {
    /// Goes on with the chain where it ended, and starts the thread that writes.
    pub(crate) fn start(config: Option<&AuditConfig>) -> Result<Self, ServiceError> {
        let Some(config) = config else {
            return Ok(Self::default());
        };
        let counts = Arc::new(Counts::default());
        let files = [Some(&config.head_file), config.to.file()];
        for file in files.into_iter().flatten() {
            make_folder(folder_of(file)).map_err(|error| ServiceError::Audit(error.to_string()))?;
        }
        let (sender, receiver) = channel(config.queue);
        let writer = Writer::open(config, Arc::clone(&counts)).map_err(|error| {
            ServiceError::Audit(format!("{error}; check [audit] in the configuration"))
        })?;
        thread::Builder::new()
            .name("audit".to_owned())
            .spawn(move || writer.run(receiver))?;
        let audit = Self {
            queue: Some(Queue {
                sender,
                overflow: config.overflow,
            }),
            counts,
        };
        audit.record(Event::of_service(EventKind::ServiceStarted));
        Ok(audit)
    }

    /// Whether events are wanted at all.
    pub(crate) fn is_on(&self) -> bool {
        self.queue.is_some()
    }

    /// How many were written, and how many were lost.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (count(&self.counts.written), count(&self.counts.lost))
    }

    /// Hands an event over, from a task. Where the task is stopped meanwhile, the event goes if
    /// there is room for it.
    pub(crate) async fn submit(&self, event: Event) {
        let Some(queue) = &self.queue else { return };
        if queue.overflow == Overflow::Count {
            return self.offer_last(event);
        }
        let mut waiting = Waiting {
            audit: self,
            event: Some(event),
        };
        if let Ok(place) = queue.sender.reserve().await
            && let Some(event) = waiting.event.take()
        {
            place.send(event.into());
        }
    }

    /// Hands an event over if there is room for it, and counts it if there is none.
    pub(super) fn offer_last(&self, event: Event) {
        let Some(queue) = &self.queue else { return };
        if queue.sender.try_send(event.into()).is_err() {
            self.lose_one();
        }
    }

    fn lose_one(&self) {
        self.counts.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// Hands an event over, from a thread that may wait.
    pub(crate) fn record(&self, event: Event) {
        let Some(queue) = &self.queue else { return };
        let mut message = event.into();
        while let Err(back) = self.offer(queue, message) {
            if queue.overflow == Overflow::Count {
                return;
            }
            message = back;
            thread::sleep(LOOK_AGAIN);
        }
    }

    fn offer(&self, queue: &Queue, message: Message) -> Result<(), Message> {
        match queue.sender.try_send(message) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(message)) => {
                if queue.overflow == Overflow::Count {
                    self.lose_one();
                }
                Err(message)
            }
            // The writer has failed, and nothing will ever be written.
            Err(TrySendError::Closed(_)) => {
                self.lose_one();
                Ok(())
            }
        }
    }

    /// Writes the last event, and waits until it is on disk, if that is soon.
    pub(crate) async fn stop(&self) {
        let Some(queue) = &self.queue else { return };
        let last_words = async {
            let stopped = Event::of_service(EventKind::ServiceStopped);
            queue.sender.send(stopped.into()).await.ok()?;
            let (done, written) = oneshot::channel();
            queue.sender.send(Message::Flush(done)).await.ok()?;
            written.await.ok()
        };
        if !matches!(timeout(LAST_WORDS, last_words).await, Ok(Some(()))) {
            tracing::error!("the last security events were not written");
        }
    }
}

/// An event for which there is no room yet.
struct Waiting<'a> {
    audit: &'a Audit,
    event: Option<Event>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(event) = self.event.take() {
            self.audit.offer_last(event);
        }
    }
}
