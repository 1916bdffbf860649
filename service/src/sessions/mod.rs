//! The state of a connection between requests: streams, and keys that expire with it.

mod stream;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock, Weak};
use std::time::{Duration, Instant};

use parsec_contracts::{Opcode, Status};
use parsec_provider::{KeyId, Streaming};

use crate::limits::{ClientAccount, Permit};
use crate::refusal::Refusal;
use crate::sync::{lock, read, write};
pub(crate) use stream::OpenStream;

/// The memory of a stream besides its computation: its entry in tables and its key's name.
const OVERHEAD: u64 = 1024;
/// One connection is counted for at most so many clients at a time.
const NAMES: usize = 16;
/// How long a stream may be idle.
const IDLE_LIMIT: Duration = Duration::from_secs(60);

/// The sessions of all connections.
#[derive(Default)]
pub(crate) struct Sessions {
    next: AtomicU64,
    open: Mutex<Vec<Weak<Session>>>,
    revoked: Revoked,
}

/// Keys whose streams must end. Key numbers are never reused.
type Revoked = Arc<RwLock<HashSet<KeyId>>>;

/// The state of a connection.
pub(crate) struct Session {
    number: u64,
    requests: AtomicU64,
    next_stream: AtomicU64,
    streams: Mutex<HashMap<u64, OpenStream>>,
    revoked: Revoked,
    holds_keys: AtomicBool,
    /// A connection permit of each client that has used this connection.
    connected: Mutex<Vec<Permit>>,
}

impl Sessions {
    /// Opens the session of a new connection.
    pub(crate) fn open(&self) -> Arc<Session> {
        let session = Arc::new(Session {
            number: self.next.fetch_add(1, Ordering::Relaxed) + 1,
            requests: AtomicU64::new(0),
            next_stream: AtomicU64::new(1),
            streams: Mutex::default(),
            revoked: Arc::clone(&self.revoked),
            holds_keys: AtomicBool::new(false),
            connected: Mutex::default(),
        });
        let mut open = lock(&self.open);
        if open.len() == open.capacity() {
            open.retain(|session| session.strong_count() > 0);
        }
        open.push(Arc::downgrade(&session));
        session
    }

    /// Drops idle streams.
    pub(crate) fn drop_all_idle(&self) {
        for session in self.alive() {
            session.drop_idle(IDLE_LIMIT);
        }
    }

    /// Ends the streams that use a key, and returns them, because dropping one may wait for its device. A
    /// stream that is in use at this moment ends afterwards.
    #[must_use]
    pub(crate) fn revoke(&self, key: KeyId) -> Vec<OpenStream> {
        write(&self.revoked).insert(key);
        let mut ended = Vec::new();
        for session in self.alive() {
            let of_key = |_: &u64, stream: &mut OpenStream| stream.keys.contains(&key);
            ended.extend(
                lock(&session.streams)
                    .extract_if(of_key)
                    .map(|(_, stream)| stream),
            );
        }
        ended
    }

    fn alive(&self) -> Vec<Arc<Session>> {
        let mut open = lock(&self.open);
        open.retain(|session| session.strong_count() > 0);
        open.iter().filter_map(Weak::upgrade).collect()
    }
}

impl Session {
    /// The session's number, unique while the service runs.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The id of the next request, for logs: the connection's number and the request's on it.
    pub(crate) fn next_request(&self) -> String {
        let request = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{}.{request}", self.number)
    }

    /// Records that a key expires with this connection.
    pub(crate) fn hold_key(&self) {
        self.holds_keys.store(true, Ordering::Release);
    }

    /// Whether it has streams.
    pub(crate) fn has_streams(&self) -> bool {
        !lock(&self.streams).is_empty()
    }

    /// Whether any key expires with this connection.
    pub(crate) fn holds_keys(&self) -> bool {
        self.holds_keys.load(Ordering::Acquire)
    }

    /// Counts the connection for a client that uses it.
    pub(crate) fn connect(&self, client: &Arc<ClientAccount>) -> Result<(), Refusal> {
        let mut connected = lock(&self.connected);
        if !connected.iter().any(|permit| client.holds(permit)) {
            let permit = client.connect()?;
            // Only a client that makes up names has so many.
            if connected.len() >= NAMES {
                connected.remove(0);
            }
            connected.push(permit);
        }
        Ok(())
    }

    /// Releases the connection's permits after it was closed.
    pub(crate) fn disconnect(&self) {
        lock(&self.connected).clear();
    }

    /// Begins a stream, if its owner's limits allow another one.
    pub(crate) fn begin(
        &self,
        client: &Arc<ClientAccount>,
        key_space: &str,
        begun_by: Opcode,
        keys: Vec<KeyId>,
        make: impl FnOnce() -> Result<Box<dyn Streaming>, Refusal>,
    ) -> Result<u64, Refusal> {
        self.drop_idle(IDLE_LIMIT);
        // Checked before any work: there must be memory for the smallest stream.
        drop(client.open_stream(OVERHEAD)?);
        let work = make()?;
        let bytes = OVERHEAD + size_of_val(&*work) as u64;
        let stream = OpenStream {
            permits: client.open_stream(bytes)?,
            work,
            begun_by,
            key_space: key_space.to_owned(),
            used: Instant::now(),
            keys,
        };
        let number = self.next_stream.fetch_add(1, Ordering::Relaxed);
        self.back(number, stream);
        Ok(number)
    }

    /// Takes a stream out to use it; the caller puts it [`Session::back`] if it continues.
    pub(crate) fn take(
        &self,
        client: &Arc<ClientAccount>,
        key_space: &str,
        number: u64,
    ) -> Result<OpenStream, Refusal> {
        self.drop_idle(IDLE_LIMIT);
        let mut streams = lock(&self.streams);
        let is_theirs = streams
            .get(&number)
            .is_some_and(|stream| stream.is_of(client) && stream.key_space == key_space);
        match streams.remove(&number) {
            Some(stream) if is_theirs => Ok(stream),
            other => {
                if let Some(stream) = other {
                    streams.insert(number, stream);
                }
                Err(Refusal::because(
                    Status::PsaErrorBadState,
                    "there is no such stream on this connection: it ended, failed, was idle for \
                     too long, or was begun on another connection; begin it again",
                ))
            }
        }
    }

    /// Puts a stream back, unless its key was revoked meanwhile.
    pub(crate) fn back(&self, number: u64, stream: OpenStream) {
        let used = Instant::now();
        // Held until the stream is where `revoke` finds it.
        let revoked = read(&self.revoked);
        if !stream.keys.iter().any(|key| revoked.contains(key)) {
            lock(&self.streams).insert(number, OpenStream { used, ..stream });
        }
    }

    fn drop_idle(&self, limit: Duration) {
        let is_idle = |_: &u64, stream: &mut OpenStream| stream.used.elapsed() >= limit;
        // Dropped without the lock, because a device may take long to close a stream.
        let idle: Vec<_> = lock(&self.streams).extract_if(is_idle).collect();
        drop(idle);
    }
}

#[cfg(test)]
mod tests {
    use parsec_contracts::{AuthType, Secret};
    use parsec_provider::ProviderError;

    use super::*;
    use crate::config::{Limits, LimitsConfig};
    use crate::identity::Identity;
    use crate::limits::{ClientRegistry, LimitRules, Principal};

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

    /// Clients that may have two streams each.
    fn clients() -> ClientRegistry {
        let each = Limits {
            streams: Some(2),
            ..Limits::default()
        };
        let config = LimitsConfig {
            each,
            ..LimitsConfig::default()
        };
        ClientRegistry::new(LimitRules::new(&config), HashSet::new(), Arc::default())
    }

    fn named(clients: &ClientRegistry, name: &str) -> Arc<ClientAccount> {
        clients.account(&Principal::Application(Identity {
            auth: AuthType::Direct,
            name: name.to_owned(),
        }))
    }

    fn begin(session: &Session, owner: &Arc<ClientAccount>) -> Result<u64, Refusal> {
        session.begin(
            owner,
            "software",
            Opcode::PsaHashSetup,
            vec![KeyId(7)],
            || Ok(Box::new(Echo)),
        )
    }

    fn streams_of(clients: &ClientRegistry) -> u64 {
        clients.usage().iter().map(|(_, usage)| usage.streams).sum()
    }

    #[test]
    fn limits_the_streams_of_an_application_across_its_connections() {
        let (clients, sessions) = (clients(), Sessions::default());
        let (a, b) = (named(&clients, "a"), named(&clients, "b"));
        let (first, second) = (sessions.open(), sessions.open());
        begin(&first, &a).unwrap();
        begin(&second, &a).unwrap();
        let refused = begin(&second, &a).unwrap_err();
        assert_eq!(refused.status, Status::QuotaExceeded);
        begin(&second, &b).unwrap();
        // A closed connection releases all its permits.
        drop(first);
        begin(&second, &a).unwrap();
        drop(second);
        assert_eq!(streams_of(&clients), 0);
    }

    #[test]
    fn revoking_a_key_ends_its_streams_even_those_in_use() {
        let (clients, sessions) = (clients(), Sessions::default());
        let a = named(&clients, "a");
        let session = sessions.open();
        let (lying, worked_on) = (begin(&session, &a).unwrap(), begin(&session, &a).unwrap());
        let taken = session.take(&a, "software", worked_on).unwrap();
        drop(sessions.revoke(KeyId(8)));
        assert_eq!(streams_of(&clients), 2);
        drop(sessions.revoke(KeyId(7)));
        session.back(worked_on, taken);
        for number in [lying, worked_on] {
            assert!(session.take(&a, "software", number).is_err());
        }
        assert_eq!(streams_of(&clients), 0);
    }

    #[test]
    fn a_stream_is_scoped_to_its_application_provider_and_connection() {
        let (clients, sessions) = (clients(), Sessions::default());
        let (a, b) = (named(&clients, "a"), named(&clients, "b"));
        let (session, other) = (sessions.open(), sessions.open());
        let number = begin(&session, &a).unwrap();
        let status = |taken: Result<OpenStream, Refusal>| taken.err().map(|refusal| refusal.status);
        let bad = Some(Status::PsaErrorBadState);
        assert_eq!(status(session.take(&b, "software", number)), bad);
        assert_eq!(status(session.take(&a, "tpm", number)), bad);
        assert_eq!(status(other.take(&a, "software", number)), bad);
        let stream = session.take(&a, "software", number).unwrap();
        assert_eq!(status(session.take(&a, "software", number)), bad);
        session.back(number, stream);
        assert!(session.take(&a, "software", number).is_ok());
    }

    #[test]
    fn drops_idle_streams() {
        let (clients, sessions) = (clients(), Sessions::default());
        let session = sessions.open();
        begin(&session, &named(&clients, "a")).unwrap();
        sessions.drop_all_idle();
        assert_eq!(lock(&session.streams).len(), 1);
        session.drop_idle(Duration::ZERO);
        assert!(lock(&session.streams).is_empty());
        assert_eq!(streams_of(&clients), 0);
    }

    #[test]
    fn a_stream_that_fails_to_begin_takes_no_permit() {
        let (clients, sessions) = (clients(), Sessions::default());
        let session = sessions.open();
        let refused = session.begin(
            &named(&clients, "a"),
            "software",
            Opcode::PsaHashSetup,
            Vec::new(),
            || Err(Refusal::of(Status::PsaErrorNotSupported)),
        );
        assert!(refused.is_err());
        assert_eq!(streams_of(&clients), 0);
    }
}
