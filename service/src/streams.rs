//! What a connection holds between its requests: streams, and keys that end with it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_provider::Streaming;

use crate::identity::Identity;
use crate::refusal::Refusal;

/// Streams that one application may have open, on all its connections together.
const STREAMS_OF_ONE: usize = 64;
/// How long a stream may lie unused.
const IDLE_LIMIT: Duration = Duration::from_secs(60);

/// All connections, as far as they hold something.
#[derive(Default)]
pub(crate) struct Sessions {
    next: AtomicU64,
    open: Mutex<Vec<Weak<Session>>>,
    counts: Arc<Counts>,
}

/// How many streams each application has open.
#[derive(Default)]
struct Counts(Mutex<HashMap<Identity, usize>>);

/// A connection's state.
pub(crate) struct Session {
    number: u64,
    requests: AtomicU64,
    next_stream: AtomicU64,
    streams: Mutex<HashMap<u64, Stream>>,
    holds_keys: AtomicBool,
    counts: Arc<Counts>,
}

/// A stream, and whose it is: identities and providers may change from request to request.
pub(crate) struct Stream {
    work: Box<dyn Streaming>,
    key_space: String,
    used: Instant,
    place: Place,
}

/// A place among an application's streams, given back on drop.
struct Place {
    owner: Identity,
    counts: Arc<Counts>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = lock(&self.counts.0);
        if let Some(count) = counts.get_mut(&self.owner) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.owner);
            }
        }
    }
}

impl Sessions {
    /// For a connection that has just been made.
    pub(crate) fn open(&self) -> Arc<Session> {
        let session = Arc::new(Session {
            number: self.next.fetch_add(1, Ordering::Relaxed) + 1,
            requests: AtomicU64::new(0),
            next_stream: AtomicU64::new(1),
            streams: Mutex::default(),
            holds_keys: AtomicBool::new(false),
            counts: Arc::clone(&self.counts),
        });
        let mut open = lock(&self.open);
        if open.len() == open.capacity() {
            open.retain(|session| session.strong_count() > 0);
        }
        open.push(Arc::downgrade(&session));
        session
    }

    /// Drops streams that lie idle.
    pub(crate) fn sweep(&self) {
        let sessions: Vec<_> = {
            let mut open = lock(&self.open);
            open.retain(|session| session.strong_count() > 0);
            open.iter().filter_map(Weak::upgrade).collect()
        };
        for session in sessions {
            session.drop_idle(IDLE_LIMIT);
        }
    }
}

impl Session {
    /// Its number, which is never given again while the service runs.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// A name for the next request, for logs: the connection's number and the request's on it.
    pub(crate) fn next_request(&self) -> String {
        let request = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{}.{request}", self.number)
    }

    /// Notes that a key ends with this connection.
    pub(crate) fn hold_key(&self) {
        self.holds_keys.store(true, Ordering::Release);
    }

    /// Whether any key does.
    pub(crate) fn holds_keys(&self) -> bool {
        self.holds_keys.load(Ordering::Acquire)
    }

    /// Begins a stream, if its owner may have one more.
    pub(crate) fn begin(
        &self,
        owner: &Identity,
        key_space: &str,
        make: impl FnOnce() -> Result<Box<dyn Streaming>, Refusal>,
    ) -> Result<u64, Refusal> {
        self.drop_idle(IDLE_LIMIT);
        let place = self.take_place(owner)?;
        let stream = Stream {
            work: make()?,
            key_space: key_space.to_owned(),
            used: Instant::now(),
            place,
        };
        let number = self.next_stream.fetch_add(1, Ordering::Relaxed);
        lock(&self.streams).insert(number, stream);
        Ok(number)
    }

    /// Takes a stream out to work with it; whoever goes on with it puts it [`Session::back`].
    pub(crate) fn take(
        &self,
        owner: &Identity,
        key_space: &str,
        number: u64,
    ) -> Result<Stream, Refusal> {
        self.drop_idle(IDLE_LIMIT);
        let mut streams = lock(&self.streams);
        let is_theirs = streams
            .get(&number)
            .is_some_and(|stream| stream.place.owner == *owner && stream.key_space == key_space);
        match streams.remove(&number) {
            Some(stream) if is_theirs => Ok(stream),
            other => {
                if let Some(stream) = other {
                    streams.insert(number, stream);
                }
                Err(Refusal::because(
                    Status::PsaErrorBadState,
                    "there is no such stream on this connection: it ended, failed, lay idle for \
                     too long, or was begun on another connection; begin it again",
                ))
            }
        }
    }

    /// Puts a stream back.
    pub(crate) fn back(&self, number: u64, stream: Stream) {
        let used = Instant::now();
        lock(&self.streams).insert(number, Stream { used, ..stream });
    }

    fn take_place(&self, owner: &Identity) -> Result<Place, Refusal> {
        let mut counts = lock(&self.counts.0);
        let count = counts.entry(owner.clone()).or_default();
        if *count >= STREAMS_OF_ONE {
            return Err(Refusal::because(
                Status::QuotaExceeded,
                format!(
                    "the application has {STREAMS_OF_ONE} streams open, which is all it may have; \
                     finish or abort some"
                ),
            ));
        }
        *count += 1;
        Ok(Place {
            owner: owner.clone(),
            counts: Arc::clone(&self.counts),
        })
    }

    fn drop_idle(&self, limit: Duration) {
        lock(&self.streams).retain(|_, stream| stream.used.elapsed() < limit);
    }
}

impl Stream {
    /// The computation.
    pub(crate) fn work(&mut self) -> &mut dyn Streaming {
        &mut *self.work
    }

    /// The computation, to end it.
    pub(crate) fn into_work(self) -> Box<dyn Streaming> {
        self.work
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use parsec_contracts::{AuthType, Secret};
    use parsec_provider::ProviderError;

    use super::*;

    struct Echo;

    impl Streaming for Echo {
        fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
            Ok(input.into())
        }

        fn finish(self: Box<Self>) -> Result<Secret, ProviderError> {
            Ok(Secret::default())
        }

        fn verify(self: Box<Self>, _: &[u8]) -> Result<Secret, ProviderError> {
            Ok(Secret::default())
        }
    }

    fn named(name: &str) -> Identity {
        Identity {
            auth: AuthType::Direct,
            name: name.to_owned(),
        }
    }

    fn begin(session: &Session, owner: &str) -> Result<u64, Refusal> {
        session.begin(&named(owner), "software", || Ok(Box::new(Echo)))
    }

    #[test]
    fn an_application_has_so_many_streams_and_no_more_on_all_its_connections() {
        let sessions = Sessions::default();
        let (first, second) = (sessions.open(), sessions.open());
        for _ in 0..STREAMS_OF_ONE / 2 {
            begin(&first, "a").unwrap();
            begin(&second, "a").unwrap();
        }
        let refused = begin(&second, "a").unwrap_err();
        assert_eq!(refused.status, Status::QuotaExceeded);
        begin(&second, "b").unwrap();
        // A connection that goes gives back all its places.
        drop(first);
        begin(&second, "a").unwrap();
        drop(second);
        assert!(lock(&sessions.counts.0).is_empty());
    }

    #[test]
    fn a_stream_belongs_to_its_application_its_provider_and_its_connection() {
        let sessions = Sessions::default();
        let (session, other) = (sessions.open(), sessions.open());
        let number = begin(&session, "a").unwrap();
        let status = |taken: Result<Stream, Refusal>| taken.err().map(|refusal| refusal.status);
        let bad = Some(Status::PsaErrorBadState);
        assert_eq!(status(session.take(&named("b"), "software", number)), bad);
        assert_eq!(status(session.take(&named("a"), "tpm", number)), bad);
        assert_eq!(status(other.take(&named("a"), "software", number)), bad);
        let stream = session.take(&named("a"), "software", number).unwrap();
        assert_eq!(status(session.take(&named("a"), "software", number)), bad);
        session.back(number, stream);
        assert!(session.take(&named("a"), "software", number).is_ok());
    }

    #[test]
    fn what_lies_idle_is_dropped() {
        let sessions = Sessions::default();
        let session = sessions.open();
        begin(&session, "a").unwrap();
        sessions.sweep();
        assert_eq!(lock(&session.streams).len(), 1);
        session.drop_idle(Duration::ZERO);
        assert!(lock(&session.streams).is_empty());
        assert!(lock(&sessions.counts.0).is_empty());
    }

    #[test]
    fn one_that_cannot_begin_takes_no_place() {
        let sessions = Sessions::default();
        let session = sessions.open();
        let refused = session.begin(&named("a"), "software", || {
            Err(Refusal::of(Status::PsaErrorNotSupported))
        });
        assert!(refused.is_err());
        assert!(lock(&sessions.counts.0).is_empty());
    }
}
