//! The queue between requests and the thread that writes events.

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
use crate::key_store::create_folder;

/// How long to wait for the last events to be written when the service stops.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);
/// Poll interval of a thread that waits for a place in the queue.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// Submits events to the writing thread. Without `[audit]` in the configuration, it drops them.
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
    /// Resumes the chain at its end, and starts the writing thread.
    pub(crate) fn start(config: Option<&AuditConfig>) -> Result<Self, ServiceError> {
        let Some(config) = config else {
            return Ok(Self::default());
        };
        let counts = Arc::new(Counts::default());
        let files = [Some(&config.head_file), config.to.file()];
        for file in files.into_iter().flatten() {
            create_folder(folder_of(file))
                .map_err(|error| ServiceError::Audit(error.to_string()))?;
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

    /// Whether events are recorded.
    pub(crate) fn is_on(&self) -> bool {
        self.queue.is_some()
    }

    /// The numbers of written and lost events.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (count(&self.counts.written), count(&self.counts.lost))
    }

    /// Submits an event from a task. If the task is stopped meanwhile, the event is submitted if the queue
    /// has a place.
    pub(crate) async fn submit(&self, event: Event) {
        let Some(queue) = &self.queue else { return };
        if queue.overflow == Overflow::Count {
            return self.submit_or_drop(event);
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

    /// Submits an event if the queue has a place, or else counts it as lost.
    pub(super) fn submit_or_drop(&self, event: Event) {
        let Some(queue) = &self.queue else { return };
        if queue.sender.try_send(event.into()).is_err() {
            self.count_lost();
        }
    }

    fn count_lost(&self) {
        self.counts.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// Submits an event from a thread that may block.
    pub(crate) fn record(&self, event: Event) {
        let Some(queue) = &self.queue else { return };
        let mut message = event.into();
        while let Err(back) = self.offer(queue, message) {
            if queue.overflow == Overflow::Count {
                return;
            }
            message = back;
            thread::sleep(POLL_INTERVAL);
        }
    }

    fn offer(&self, queue: &Queue, message: Message) -> Result<(), Message> {
        match queue.sender.try_send(message) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(message)) => {
                if queue.overflow == Overflow::Count {
                    self.count_lost();
                }
                Err(message)
            }
            // The writing thread has failed, and nothing will be written any more.
            Err(TrySendError::Closed(_)) => {
                self.count_lost();
                Ok(())
            }
        }
    }

    /// Submits the last event, and waits for a limited time until it is on disk.
    pub(crate) async fn stop(&self) {
        let Some(queue) = &self.queue else { return };
        let flush = async {
            let stopped = Event::of_service(EventKind::ServiceStopped);
            queue.sender.send(stopped.into()).await.ok()?;
            let (done, written) = oneshot::channel();
            queue.sender.send(Message::Flush(done)).await.ok()?;
            written.await.ok()
        };
        if !matches!(timeout(FLUSH_TIMEOUT, flush).await, Ok(Some(()))) {
            tracing::error!("the last audit events were not written");
        }
    }
}

/// An event that waits for a place in the queue.
struct Waiting<'a> {
    audit: &'a Audit,
    event: Option<Event>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(event) = self.event.take() {
            self.audit.submit_or_drop(event);
        }
    }
}
