//! What is written down of an event.

use std::cell::RefCell;

use parsec_contracts::types::Algorithm;
use parsec_contracts::{CallerKind, Opcode, ProviderId, Status};
use serde::Serialize;
use serde_json::Value;

use crate::identity::Identity;

/// Characters of a name that are written; a name of an identity may have thousands.
const NAME: usize = 1024;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EventKind {
    ServiceStarted,
    ServiceStopped,
    ConfigReloaded,
    /// A configuration that was wrong; the old one holds on.
    ConfigRefused,
    KeyCreated,
    KeyUsed,
    /// Its material has left the service, in the clear or wrapped.
    KeyExported,
    KeyRenamed,
    KeyDeleted,
    /// An administrator did something, by a request or by a command of `parsec-service`.
    Admin,
    /// A request was refused, or failed.
    Refused,
    /// The service stopped before a request was answered; whether it was done is not known.
    Unanswered,
    /// There was no room for some events before this one.
    EventsLost,
    /// The service was killed, or the disk full, while it wrote the line before this one.
    LineTorn,
}

/// An event, as it is written. What does not apply is left out.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Event {
    pub(crate) event: EventKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authenticator: Option<&'static str>,
    /// The user at the other end, as the kernel has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) operation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<String>,
    /// The keys that were used, or that were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) keys: Vec<String>,
    /// The key that was made, or its new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) algorithm: Option<Algorithm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<&'static str>,
    /// What an administrator asked for, or what else there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<Value>,
}

/// A request, as far as an event tells of it.
pub(crate) struct RequestInfo<'a> {
    pub(crate) request: &'a str,
    pub(crate) identity: Option<&'a Identity>,
    pub(crate) uid: Option<u32>,
    pub(crate) opcode: Opcode,
    pub(crate) provider: ProviderId,
}

/// What a request had to do with keys, noted on its way.
#[derive(Debug, Default)]
pub(crate) struct NoteTaker(RefCell<RequestNotes>);

/// The notes, once the request is done.
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
    /// Of a refusal like one that was written a moment ago.
    pub(crate) fn of_old_news() -> Self {
        Self {
            is_old_news: true,
            ..Self::default()
        }
    }
}

impl NoteTaker {
    /// A key was asked for.
    pub(crate) fn key(&self, name: &str) {
        self.0.borrow_mut().keys.push(shortened(name));
    }

    /// A key is made, or gets this name.
    pub(crate) fn new_key(&self, name: &str) {
        self.0.borrow_mut().new_key = Some(shortened(name));
    }

    /// The key is used with this algorithm, or made for it.
    pub(crate) fn algorithm(&self, algorithm: Algorithm) {
        self.0.borrow_mut().algorithm = Some(algorithm);
    }

    /// The key is deleted.
    pub(crate) fn deletes(&self) {
        self.0.borrow_mut().deletes = true;
    }

    /// A key of the new one's name, whose time had come, was deleted first.
    pub(crate) fn took_the_place_of_one(&self) {
        self.0.borrow_mut().took_a_place = true;
    }

    /// What an administrator asks for.
    pub(crate) fn detail(&self, detail: Value) {
        self.0.borrow_mut().detail = Some(shortened_in(detail));
    }

    /// All that was noted.
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

    /// What the service itself does.
    pub(crate) fn of_service(event: EventKind) -> Self {
        Self::new(event)
    }

    /// The same, with something to say.
    pub(crate) fn because(event: EventKind, detail: impl Into<Value>) -> Self {
        Self {
            detail: Some(shortened_in(detail.into())),
            ..Self::new(event)
        }
    }

    /// A command of `parsec-service`, which that user ran.
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

    /// A key that ended by itself, or with its client.
    pub(crate) fn deleted(owner: &Identity, provider: &str, key: &str) -> Self {
        Self {
            client: Some(shortened(&owner.name)),
            authenticator: Some(owner.auth.name()),
            provider: Some(provider.to_owned()),
            keys: vec![shortened(key)],
            ..Self::new(EventKind::KeyDeleted)
        }
    }

    /// What came of a request: nothing, if that is no security event.
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

    /// A request of which it is not known what came of it.
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
        // What a key is says nothing of what is done with it.
        Opcode::GetKeyAttributes => None,
        _ if notes.new_key.is_some() => Some(EventKind::KeyCreated),
        _ if !notes.keys.is_empty() => Some(EventKind::KeyUsed),
        _ => None,
    }
}

/// As much of a name as is written; one that is longer ends with a mark.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(NAME) {
        None => name.to_owned(),
        Some((end, _)) => format!("{}…", &name[..end]),
    }
}

/// The same for every text in what there is to say: a journal takes no line of any length.
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
