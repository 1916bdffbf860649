//! The content of audit events.

use std::cell::RefCell;

use parsec_contracts::types::Algorithm;
use parsec_contracts::{CallerKind, Opcode, ProviderId, Status};
use serde::Serialize;
use serde_json::Value;

use crate::identity::Identity;

/// The maximum length of a name in an event; an identity's name may have thousands of characters.
const NAME: usize = 1024;

/// The kind of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EventKind {
    ServiceStarted,
    ServiceStopped,
    ConfigReloaded,
    /// A new configuration was invalid; the old one stays in effect.
    ConfigRefused,
    KeyCreated,
    KeyUsed,
    /// Key material has left the service, in plaintext or wrapped.
    KeyExported,
    KeyRenamed,
    KeyDeleted,
    /// An operation of an administrator, by a request or by a command of `parsec-service`.
    Admin,
    /// A request was refused, or failed.
    Refused,
    /// The service stopped before a request was answered; its outcome is unknown.
    Unanswered,
    /// Events before this one were lost because the queue was full.
    EventsLost,
    /// The line before this one is incomplete: the service was killed, or the disk was full.
    LineTorn,
}

/// An event, as it is written. Fields that do not apply are omitted.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Event {
    pub(crate) event: EventKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authenticator: Option<&'static str>,
    /// The peer's user, from the kernel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) operation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<String>,
    /// The keys that were used, or requested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) keys: Vec<String>,
    /// The key that was created, or its new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) algorithm: Option<Algorithm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<&'static str>,
    /// The arguments of an administrator's operation, or other details.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<Value>,
}

/// The properties of a request that its event contains.
pub(crate) struct RequestInfo<'a> {
    pub(crate) request: &'a str,
    pub(crate) identity: Option<&'a Identity>,
    pub(crate) uid: Option<u32>,
    pub(crate) opcode: Opcode,
    pub(crate) provider: ProviderId,
}

/// Collects notes on the keys of a request while it is processed.
#[derive(Debug, Default)]
pub(crate) struct NoteTaker(RefCell<RequestNotes>);

/// The notes on a request.
#[derive(Debug, Default, Clone)]
pub(crate) struct RequestNotes {
    keys: Vec<String>,
    new_key: Option<String>,
    algorithm: Option<Algorithm>,
    deletes: bool,
    took_a_place: bool,
    detail: Option<Value>,
    is_old_news: bool,
}

impl RequestNotes {
    /// The notes for a refusal that is not recorded, because a similar one was recorded a moment ago.
    pub(crate) fn unrecorded() -> Self {
        Self {
            is_old_news: true,
            ..Self::default()
        }
    }
}

impl NoteTaker {
    /// Notes that a key was requested.
    pub(crate) fn key(&self, name: &str) {
        self.0.borrow_mut().keys.push(shortened(name));
    }

    /// Notes that a key is created, or gets this name.
    pub(crate) fn new_key(&self, name: &str) {
        self.0.borrow_mut().new_key = Some(shortened(name));
    }

    /// Notes that the key is used with this algorithm, or created for it.
    pub(crate) fn algorithm(&self, algorithm: Algorithm) {
        self.0.borrow_mut().algorithm = Some(algorithm);
    }

    /// Notes that the key is deleted.
    pub(crate) fn deletes(&self) {
        self.0.borrow_mut().deletes = true;
    }

    /// Notes that an expired key of the new one's name was deleted first.
    pub(crate) fn replaced_expired(&self) {
        self.0.borrow_mut().took_a_place = true;
    }

    /// Notes the arguments of an administrator's operation.
    pub(crate) fn detail(&self, detail: Value) {
        self.0.borrow_mut().detail = Some(shortened_in(detail));
    }

    /// Takes all notes.
    pub(crate) fn take(&self) -> RequestNotes {
        self.0.take()
    }
}

impl Event {
    fn new(event: EventKind) -> Self {
        Self {
            event,
            request: None,
            client: None,
            authenticator: None,
            uid: None,
            operation: None,
            provider: None,
            keys: Vec::new(),
            new_key: None,
            algorithm: None,
            status: None,
            detail: None,
        }
    }

    /// An event of the service itself.
    pub(crate) fn of_service(event: EventKind) -> Self {
        Self::new(event)
    }

    /// An event of the service itself, with details.
    pub(crate) fn because(event: EventKind, detail: impl Into<Value>) -> Self {
        Self {
            detail: Some(shortened_in(detail.into())),
            ..Self::new(event)
        }
    }

    /// An event of a command of `parsec-service`, which that user ran.
    pub(super) fn of_command(
        operation: &'static str,
        uid: u32,
        status: &'static str,
        detail: Value,
    ) -> Self {
        Self {
            uid: Some(uid),
            operation: Some(operation),
            status: Some(status),
            ..Self::because(EventKind::Admin, detail)
        }
    }

    /// The deletion of a key that expired, by time or with its connection.
    pub(crate) fn deleted(owner: &Identity, provider: &str, key: &str) -> Self {
        Self {
            client: Some(shortened(&owner.name)),
            authenticator: Some(owner.auth.name()),
            provider: Some(provider.to_owned()),
            keys: vec![shortened(key)],
            ..Self::new(EventKind::KeyDeleted)
        }
    }

    /// The events of a request; none if it is not security-relevant.
    pub(crate) fn of_request(
        info: &RequestInfo<'_>,
        notes: RequestNotes,
        status: Status,
    ) -> impl Iterator<Item = Self> {
        let ended = match (info.identity, &notes.new_key) {
            (Some(owner), Some(name)) if notes.took_a_place => {
                Some(Self::deleted(owner, info.provider.name(), name))
            }
            _ => None,
        };
        let own = kind(info.opcode, &notes, status).map(|event| Self {
            keys: notes.keys,
            new_key: notes.new_key,
            algorithm: notes.algorithm,
            status: Some(status.name()),
            detail: notes.detail,
            ..Self::of(event, info)
        });
        ended.into_iter().chain(own)
    }

    /// The event of a request whose outcome is unknown.
    pub(super) fn of_unanswered(info: &RequestInfo<'_>) -> Self {
        Self::of(EventKind::Unanswered, info)
    }

    fn of(event: EventKind, info: &RequestInfo<'_>) -> Self {
        Self {
            request: Some(info.request.to_owned()),
            client: info.identity.map(|identity| shortened(&identity.name)),
            authenticator: info.identity.map(|identity| identity.auth.name()),
            uid: info.uid,
            operation: Some(info.opcode.name()),
            provider: Some(info.provider.name().to_owned()),
            ..Self::new(event)
        }
    }
}

fn kind(opcode: Opcode, notes: &RequestNotes, status: Status) -> Option<EventKind> {
    if notes.is_old_news {
        return None;
    }
    if notes.deletes {
        return Some(EventKind::KeyDeleted);
    }
    if status != Status::Success {
        return Some(EventKind::Refused);
    }
    if opcode.caller() == CallerKind::Administrator {
        return Some(EventKind::Admin);
    }
    match opcode {
        Opcode::PsaExportKey | Opcode::WrapKey => Some(EventKind::KeyExported),
        Opcode::RenameKey => Some(EventKind::KeyRenamed),
        // Reading attributes does not use the key.
        Opcode::GetKeyAttributes => None,
        _ if notes.new_key.is_some() => Some(EventKind::KeyCreated),
        _ if !notes.keys.is_empty() => Some(EventKind::KeyUsed),
        _ => None,
    }
}

/// Shortens a name to the maximum length, with a mark at the end.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(NAME) {
        None => name.to_owned(),
        Some((end, _)) => format!("{}…", &name[..end]),
    }
}

/// Shortens every text in the details: a journal limits the length of a line.
fn shortened_in(detail: Value) -> Value {
    match detail {
        Value::String(text) => shortened(&text).into(),
        Value::Array(all) => all.into_iter().map(shortened_in).collect(),
        Value::Object(all) => all
            .into_iter()
            .map(|(name, value)| (name, shortened_in(value)))
            .collect(),
        other => other,
    }
}
