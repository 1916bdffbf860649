//! Requests and replies over a pool of connections.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use parsec_contracts::frame::{FIXED_HEADER_LENGTH, PREFIX_LENGTH, RequestHeader, ResponseHeader};
use parsec_contracts::{ErrorKind, Opcode, Zeroizing};

use super::Transport;
use crate::endpoint::Candidate;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::fork::section;
use crate::trust::Trust;

/// Maximum number of in-flight calls of one async client, each on its own connection, and of idle
/// connections: enough to keep any device busy, and few enough that a service does not refuse
/// connections when a thousand calls start concurrently.
const MAX_CONCURRENT_CALLS: usize = 64;
/// Default limit of a response's body, in bytes.
pub(crate) const RESPONSE_LIMIT: usize = 16 * 1024 * 1024;

/// An encoded request.
pub(crate) struct Request {
    /// The whole frame.
    pub(crate) frame: Zeroizing<Vec<u8>>,
    /// The operation.
    pub(crate) opcode: Opcode,
    /// The deadline.
    pub(crate) deadline: Instant,
}

/// A reply with a valid frame that belongs to the request.
pub(crate) struct Reply {
    /// The status's number.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// Connections to one service.
pub(crate) struct Channel<T: Transport> {
    candidates: Vec<Candidate>,
    response_limit: usize,
    /// The first candidate that responded; the only one from then on.
    chosen: OnceLock<Candidate>,
    idle: Mutex<Idle<T>>,
    /// Whether a connection has ever served a second request.
    keeps_alive: AtomicBool,
}

struct Idle<T: Transport> {
    /// The process that opened them: after a fork the child must not use the parent's.
    process: u32,
    connections: Vec<T::Connection>,
    limiter: Arc<T::Limiter>,
}

impl<T: Transport> Idle<T> {
    fn new() -> Self {
        Self {
            process: std::process::id(),
            connections: Vec::new(),
            limiter: Arc::new(T::limiter(MAX_CONCURRENT_CALLS)),
        }
    }

    /// Disowns connections that belong to the parent of a forked process.
    fn disown_inherited(&mut self) {
        let process = std::process::id();
        if self.process != process {
            self.process = process;
            self.connections.drain(..).for_each(T::disown);
            // The parent's calls never end in this process.
            self.limiter = Arc::new(T::limiter(MAX_CONCURRENT_CALLS));
        }
    }
}

impl<T: Transport> Drop for Idle<T> {
    fn drop(&mut self) {
        self.disown_inherited();
    }
}

/// A request that got no reply.
struct Lost {
    cause: Cause,
    /// The whole request was sent, so the service may have performed it.
    sent: bool,
    /// The first byte of a reply arrived.
    replying: bool,
}

enum Cause {
    Io(io::Error),
    /// The peer's bytes are malformed.
    Nonsense(Error),
}

impl<T: Transport> Channel<T> {
    pub(crate) fn new(candidates: Vec<Candidate>, response_limit: usize) -> Self {
        Self {
            candidates,
            response_limit,
            chosen: OnceLock::new(),
            idle: Mutex::new(Idle::new()),
            keeps_alive: AtomicBool::new(false),
        }
    }

    /// Returns a channel to the same service with separate connections, on any transport.
    pub(crate) fn with_own_connections<U: Transport>(&self) -> Channel<U> {
        let candidates = match self.chosen.get() {
            Some(chosen) => vec![chosen.clone()],
            None => self.candidates.clone(),
        };
        Channel::new(candidates, self.response_limit)
    }

    /// Returns the endpoint at which the service was found.
    pub(crate) fn endpoint(&self) -> Option<&Endpoint> {
        self.chosen.get().map(|chosen| &chosen.endpoint)
    }

    /// Sends a request and waits for its reply.
    pub(crate) async fn exchange(&self, request: &Request) -> Result<Reply> {
        let changes_state = request.opcode.changes_state();
        let limiter = self.idle(|idle| Arc::clone(&idle.limiter));
        let _permit = T::acquire(limiter, request.deadline)
            .await
            .map_err(|error| Lost::before_sending(error).into_error(changes_state))?;
        // A service that closes after each reply may close just after an idle connection was found
        // open. Then it is unknown whether the service read the request, which matters for calls
        // that change state: they use an idle connection only if the service is known to keep
        // connections open.
        let reuse = !changes_state || self.keeps_alive.load(Ordering::Relaxed);
        if let Some(connection) = reuse.then(|| self.take_idle()).flatten() {
            match self.attempt(connection, request).await {
                Ok(reply) => {
                    self.keeps_alive.store(true, Ordering::Relaxed);
                    return Ok(reply);
                }
                Err(lost) if lost.can_be_repeated(changes_state) => {}
                Err(lost) => return Err(lost.into_error(changes_state)),
            }
        }
        let connection = self.connect(request.deadline).await?;
        self.attempt(connection, request)
            .await
            .map_err(|lost| lost.into_error(changes_state))
    }

    async fn attempt(
        &self,
        mut connection: T::Connection,
        request: &Request,
    ) -> Result<Reply, Lost> {
        let written = T::write_all(&mut connection, &request.frame, request.deadline).await;
        let mut progress = Lost {
            cause: Cause::Io(io::ErrorKind::UnexpectedEof.into()),
            sent: written.is_ok(),
            replying: false,
        };
        // A service that rejects a frame by its header replies and closes without reading the
        // rest, so there may be a reply even if writing failed.
        let limit = self.response_limit;
        if is_interrupted(&written) {
            return Err(Lost::before_sending(io::ErrorKind::Interrupted.into()));
        }
        match receive::<T>(&mut connection, request, limit, &mut progress.replying).await {
            Ok(reply) => {
                if written.is_ok() {
                    self.put_idle(connection);
                }
                Ok(reply)
            }
            Err(cause) => {
                progress.cause = match written {
                    Err(error) if !progress.replying => Cause::Io(error),
                    _ => cause,
                };
                Err(progress)
            }
        }
    }

    async fn connect(&self, deadline: Instant) -> Result<T::Connection> {
        let candidates = match self.chosen.get() {
            Some(chosen) => std::slice::from_ref(chosen),
            None => &self.candidates,
        };
        let mut failures = Vec::new();
        for candidate in candidates {
            match self.connect_to(candidate, deadline).await {
                Ok(connection) => {
                    section(|| self.chosen.get_or_init(|| candidate.clone()));
                    return Ok(connection);
                }
                Err(failure) => failures.push((&candidate.endpoint, failure)),
            }
        }
        Err(unreachable_service(failures))
    }

    /// Connects, and checks each time which user listens, because that may have changed.
    async fn connect_to(
        &self,
        candidate: &Candidate,
        deadline: Instant,
    ) -> Result<T::Connection, Failure> {
        let path = candidate.endpoint.path();
        let connection = T::connect(path, deadline).await.map_err(Failure::Io)?;
        if candidate.trust == Trust::Anyone {
            return Ok(connection);
        }
        let user = T::peer_user(&connection).map_err(Failure::Io)?;
        match candidate.trust.accepts(user, path) {
            true => Ok(connection),
            false => Err(Failure::Untrusted(user)),
        }
    }

    fn take_idle(&self) -> Option<T::Connection> {
        self.idle(|idle| {
            while let Some(connection) = idle.connections.pop() {
                if T::is_quiet(&connection) {
                    return Some(connection);
                }
            }
            None
        })
    }

    fn put_idle(&self, connection: T::Connection) {
        let spare = self.idle(|idle| {
            if idle.connections.len() >= MAX_CONCURRENT_CALLS {
                return Some(connection);
            }
            idle.connections.push(connection);
            None
        });
        // Surplus connections are closed outside the lock.
        drop(spare);
    }

    /// Accesses the idle connections of this process.
    fn idle<R>(&self, look: impl FnOnce(&mut Idle<T>) -> R) -> R {
        section(|| {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.disown_inherited();
            look(&mut idle)
        })
    }
}

impl Lost {
    fn before_sending(error: io::Error) -> Self {
        Self {
            cause: Cause::Io(error),
            sent: false,
            replying: false,
        }
    }

    /// Returns whether to send the request again on a new connection: only if no byte of a reply
    /// arrived, and the service cannot have performed it or repeating it is safe.
    fn can_be_repeated(&self, changes_state: bool) -> bool {
        let Cause::Io(error) = &self.cause else {
            return false;
        };
        let has_ended = matches!(
            error.kind(),
            io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
        );
        let may_be_executed = self.sent && changes_state;
        !(self.replying || has_ended || may_be_executed)
    }

    fn into_error(self, changes_state: bool) -> Error {
        let error = match self.cause {
            Cause::Nonsense(error) => error,
            Cause::Io(error) if error.kind() == io::ErrorKind::TimedOut => Error::new(
                ErrorKind::Timeout,
                "the service did not respond in time",
                "try again later, or increase the timeout",
            ),
            Cause::Io(error) if error.kind() == io::ErrorKind::Interrupted => Error::new(
                ErrorKind::Timeout,
                "the call was interrupted before the service responded",
                "repeat it if it is still needed",
            ),
            Cause::Io(error) => Error::new(
                ErrorKind::ServiceUnavailable,
                format!("the connection to the service was lost before its response ({error})"),
                "try again; if it continues, see the service's log",
            )
            .with_source(error),
        };
        if self.sent && changes_state {
            error.with_unknown_outcome()
        } else {
            error
        }
    }
}

fn is_interrupted(written: &io::Result<()>) -> bool {
    let error = written.as_ref().err();
    error.is_some_and(|error| error.kind() == io::ErrorKind::Interrupted)
}

async fn receive<T: Transport>(
    connection: &mut T::Connection,
    request: &Request,
    limit: usize,
    replying: &mut bool,
) -> Result<Reply, Cause> {
    let mut bytes = [0; FIXED_HEADER_LENGTH];
    let mut filled = 0;
    while filled < bytes.len() {
        filled += read_some::<T>(connection, &mut bytes[filled..], request.deadline).await?;
        *replying = true;
        // Malformed frames may be shorter than a header.
        if let Some(prefix) = bytes[..filled].first_chunk::<PREFIX_LENGTH>()
            && RequestHeader::check_prefix(prefix).is_err()
        {
            break;
        }
    }
    let header = ResponseHeader::decode(&bytes)
        .map_err(|error| Cause::Nonsense(Error::protocol(error.to_string()).with_source(error)))?;
    let length = check_header(&header, request.opcode, limit).map_err(Cause::Nonsense)?;
    let mut body = Zeroizing::new(vec![0; length]);
    let mut filled = 0;
    while filled < body.len() {
        filled += read_some::<T>(connection, &mut body[filled..], request.deadline).await?;
    }
    Ok(Reply {
        status: header.status,
        body,
    })
}

async fn read_some<T: Transport>(
    connection: &mut T::Connection,
    buffer: &mut [u8],
    deadline: Instant,
) -> Result<usize, Cause> {
    match T::read(connection, buffer, deadline).await {
        Ok(0) => Err(Cause::Io(io::ErrorKind::UnexpectedEof.into())),
        Ok(count) => Ok(count),
        Err(error) => Err(Cause::Io(error)),
    }
}

/// Checks that the header belongs to the request, and returns the length of the body.
fn check_header(header: &ResponseHeader, opcode: Opcode, limit: usize) -> Result<usize> {
    // The reply to a request that the service cannot parse has the opcode of a ping.
    let bare = header.status != 0 && header.opcode == Opcode::Ping.number();
    if header.opcode != opcode.number() && !bare {
        return Err(Error::protocol(format!(
            "the service responded to another operation, with the opcode {:#x}",
            header.opcode
        )));
    }
    usize::try_from(header.body_length)
        .ok()
        .filter(|&length| length <= limit)
        .ok_or_else(|| {
            Error::protocol(format!(
                "the service's response has {} bytes; this client accepts at most {limit}",
                header.body_length
            ))
        })
}

/// Why a candidate cannot be used.
#[derive(Debug)]
enum Failure {
    Io(io::Error),
    /// A user listens that may not be the service.
    Untrusted(u32),
}

impl Failure {
    fn is(&self, kind: io::ErrorKind) -> bool {
        matches!(self, Self::Io(error) if error.kind() == kind)
    }
}

fn unreachable_service(failures: Vec<(&Endpoint, Failure)>) -> Error {
    let looked = failures
        .iter()
        .map(|(endpoint, failure)| format!("{}: {}", endpoint.path().display(), reason(failure)))
        .collect::<Vec<_>>()
        .join("; ");
    let any = |wanted: fn(&Failure) -> bool| failures.iter().any(|(_, failure)| wanted(failure));
    let advice = if any(|failure| matches!(failure, Failure::Untrusted(_))) {
        "start the system's service, or, if you trust that user, set PARSEC_SERVICE_ENDPOINT to \
         the socket"
    } else if any(|failure| failure.is(io::ErrorKind::TimedOut)) {
        "the service is running but accepts no connections; see its log"
    } else if any(|failure| failure.is(io::ErrorKind::PermissionDenied)) {
        "ask the service's administrator for access to its socket"
    } else {
        "start it with `parsec-service`, or set PARSEC_SERVICE_ENDPOINT to where it listens"
    };
    let error = Error::new(
        ErrorKind::ServiceUnavailable,
        format!("no Parsec service could be reached (tried {looked})"),
        advice,
    );
    match failures.into_iter().next() {
        Some((_, Failure::Io(cause))) => error.with_source(cause),
        _ => error,
    }
}

fn reason(failure: &Failure) -> String {
    let error = match failure {
        Failure::Io(error) => error,
        Failure::Untrusted(user) => {
            return format!("the user {user} listens there, which is neither root nor this user");
        }
    };
    match error.kind() {
        io::ErrorKind::NotFound => "no such socket".into(),
        io::ErrorKind::ConnectionRefused => "no process listens there".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::TimedOut => "no response in time".into(),
        _ => error.to_string(),
    }
}
