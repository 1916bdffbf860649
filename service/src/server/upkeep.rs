//! Regular maintenance. Keys are deleted on the workers of their provider, so that a slow device only
//! delays its own users.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;

use super::Server;
use crate::audit::{Audit, Event};
use crate::core_provider::CoreProvider;
use crate::identity::Identity;
use crate::instance::Instance;
use crate::key_store::{ExpiredBy, KeyStore, StoredKey};
use crate::sessions::Session;
use crate::workers::{WorkError, Workers};

/// How long to wait before retrying a job that must not be dropped because of a full queue.
const FULL_QUEUE_PAUSE: Duration = Duration::from_millis(20);
/// How long to wait for devices to close idle streams.
const SWEEP_TIME: Duration = Duration::from_secs(1);
/// How long to wait for a device to be closed.
const CLOSE_TIME: Duration = Duration::from_secs(1);

impl Server {
    /// Drops the streams and deletes the keys that end with a connection.
    pub(crate) async fn close_session(self: &Arc<Self>, session: Arc<Session>) {
        let (number, holds_keys) = (session.number(), session.holds_keys());
        if session.has_streams() {
            // Streams of a device are closed on the device. A panic there closes them as well.
            let _ = spawn_blocking(move || drop(session)).await;
        }
        if holds_keys {
            self.delete_ended(ExpiredBy::Session(number)).await;
        }
    }

    /// Runs periodically: drops idle streams, deletes expired keys, and compares the store with devices
    /// that were lost or lack an object.
    pub(crate) async fn clean_up(self: &Arc<Self>) {
        let sessions = Arc::clone(&self.sessions);
        let subordinates = Arc::clone(&self.subordinates);
        // A device that does not close a stream must not occupy another thread each time.
        if let Ok(guard) = Arc::clone(&self.sweeping).try_lock_owned() {
            let swept = spawn_blocking(move || {
                sessions.drop_all_idle();
                subordinates.refresh();
                drop(guard);
            });
            let _ = timeout(SWEEP_TIME, swept).await;
        }
        self.delete_ended(ExpiredBy::Time).await;
        let clearing = self.instances.iter().enumerate().map(|(index, _)| {
            let server = Arc::clone(self);
            async move {
                let job = {
                    let server = Arc::clone(&server);
                    move || reconcile_if_due(&server.instances[index], &server)
                };
                // If the queue is full, the next round tries again.
                let _ = server.workers[index].run_own(job).await;
            }
        });
        join_all(clearing).await;
    }

    /// Deletes expired keys until none are left: while some are deleted, others may be copied from them.
    async fn delete_ended(self: &Arc<Self>, why: ExpiredBy) {
        let mut before = Vec::new();
        loop {
            let ended = self.ended(why).await;
            let numbers = ended.iter().map(|(_, key)| key.id).collect();
            // Keys that could not be deleted are tried again in the next round.
            if ended.is_empty() || before == numbers {
                return;
            }
            before = numbers;
            self.delete_all(ended).await;
        }
    }

    /// The expired keys.
    async fn ended(self: &Arc<Self>, why: ExpiredBy) -> Vec<(Identity, StoredKey)> {
        let store = Arc::clone(&self.store);
        let found = run_when_possible(&self.core_workers, move || store.expired(why)).await;
        match found {
            Ok(Ok(ended)) => ended,
            Ok(Err(error)) => {
                tracing::error!(%error, "expired keys cannot be looked up");
                Vec::new()
            }
            // The panic was logged.
            Err(_) => Vec::new(),
        }
    }

    /// Deletes keys, those of all providers concurrently.
    async fn delete_all(self: &Arc<Self>, ended: Vec<(Identity, StoredKey)>) {
        let mut by_provider: HashMap<String, Vec<(Identity, StoredKey)>> = HashMap::new();
        for (owner, key) in ended {
            let keys = by_provider.entry(key.provider.clone()).or_default();
            keys.push((owner, key));
        }
        let deleting = by_provider.into_iter().map(|(key_space, keys)| {
            let server = Arc::clone(self);
            async move {
                let workers = server.workers_of(&key_space);
                for (owner, key) in keys {
                    let core = Arc::clone(&server.core);
                    let job = move || delete(&core, &owner, &key);
                    // The next round tries again.
                    let _ = run_when_possible(workers, job).await;
                }
            }
        });
        join_all(deleting).await;
    }

    /// The workers of a provider; the core workers if the provider is not configured.
    fn workers_of(&self, key_space: &str) -> &Workers {
        let mut of_all = self.instances.iter().zip(&self.workers);
        of_all
            .find(|(instance, _)| instance.key_space == key_space)
            .map_or(&self.core_workers, |(_, workers)| workers)
    }

    /// Has each provider close its device after its current command; a device that does not respond is
    /// not waited for.
    pub(crate) async fn close(self: &Arc<Self>) {
        let closing = (0..self.instances.len()).map(|index| {
            let server = Arc::clone(self);
            async move {
                let instance = &server.instances[index];
                let provider = Arc::clone(&instance.provider);
                let closed = server.workers[index].run_own(move || provider.close());
                if !matches!(timeout(CLOSE_TIME, closed).await, Ok(Ok(()))) {
                    tracing::warn!(
                        provider = instance.name,
                        "the device does not respond and is not closed"
                    );
                }
            }
        });
        join_all(closing).await;
    }
}

fn reconcile_if_due(instance: &Instance, server: &Server) {
    let has_orphans = server.store.has_orphans(&instance.key_space);
    let is_incomplete = instance.journal.has_missing() || has_orphans.unwrap_or(true);
    let resets = instance.provider.counted().device_resets;
    if instance.reconciling.is_due(resets, is_incomplete) {
        reconcile(instance, &server.store, &server.audit);
    }
}

/// Compares the store with what the provider's device shows.
pub(super) fn reconcile(instance: &Instance, store: &KeyStore, audit: &Audit) {
    match instance.space(store).reconcile() {
        Ok(destroyed) => {
            for (owner, key) in destroyed {
                audit.record(Event::deleted(&owner, instance.id.name(), &key));
            }
        }
        Err(refusal) => {
            tracing::warn!(
                provider = instance.name,
                why = refusal.message,
                "the keys cannot be compared with the objects on the device"
            );
        }
    }
}

/// Deletes an expired key.
pub(super) fn delete(core: &CoreProvider, owner: &Identity, key: &StoredKey) {
    if let Err(refusal) = core.delete_key(owner, key) {
        tracing::error!(reason = refusal.message, "an expired key was not deleted");
    }
}

/// Runs a job that must not be dropped because of a full queue: retries until there is a place.
async fn run_when_possible<T: Send + 'static>(
    workers: &Workers,
    job: impl FnOnce() -> T + Send + Clone + 'static,
) -> Result<T, WorkError> {
    loop {
        match workers.run_own(job.clone()).await {
            Err(WorkError::Full) => tokio::time::sleep(FULL_QUEUE_PAUSE).await,
            done => return done,
        }
    }
}

/// Runs all futures concurrently.
async fn join_all(work: impl Iterator<Item = impl Future<Output = ()> + Send + 'static>) {
    let mut tasks: JoinSet<()> = work.collect();
    while tasks.join_next().await.is_some() {}
}
