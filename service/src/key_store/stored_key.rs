//! A stored key: its expiry, its owner, and the results of creating and renaming it.

use std::time::{SystemTime, UNIX_EPOCH};

use parsec_contracts::AuthType;
use parsec_contracts::types::KeyAttributes;
use parsec_provider::KeyId;

use crate::identity::Identity;

/// When a key expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// Never.
    Never,
    /// When the session of that number ends, or the service restarts.
    WithSession(u64),
    /// At that time, in seconds since 1970.
    At(u64),
    /// At the earlier of the end of this session and this time.
    WithSessionOrAt(u64, u64),
}

impl Expiry {
    /// Whether the key has expired.
    pub(crate) fn is_expired(self) -> bool {
        self.is_expired_at(now())
    }

    pub(super) fn is_expired_at(self, now: u64) -> bool {
        self.time().is_some_and(|time| time <= now)
    }

    /// The time of expiry, if there is one.
    pub(crate) fn time(self) -> Option<u64> {
        match self {
            Self::At(time) | Self::WithSessionOrAt(_, time) => Some(time),
            Self::Never | Self::WithSession(_) => None,
        }
    }

    /// The session with which the key expires, if there is one.
    pub(crate) fn session(self) -> Option<u64> {
        match self {
            Self::WithSession(session) | Self::WithSessionOrAt(session, _) => Some(session),
            Self::Never | Self::At(_) => None,
        }
    }

    /// The expiry with that session and time.
    pub(crate) fn of(session: Option<u64>, time: Option<u64>) -> Self {
        match (session, time) {
            (None, None) => Self::Never,
            (None, Some(time)) => Self::At(time),
            (Some(session), None) => Self::WithSession(session),
            (Some(session), Some(time)) => Self::WithSessionOrAt(session, time),
        }
    }
}

/// The result of renaming a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rename {
    /// The new name is on disk.
    Renamed,
    /// There is no key of the old name.
    NoSuchKey,
    /// The owner has a key of the new name with this provider.
    NameTaken,
}

/// The current time, in seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// The result of creating a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Insert {
    /// The key is on disk, with this number.
    Inserted(KeyId),
    /// The owner has a key of this name with this provider.
    NameTaken,
}

/// A stored key in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredKey {
    pub(crate) id: KeyId,
    pub(crate) provider: String,
    pub(crate) name: String,
    /// `None` if they cannot be read, or were not requested.
    pub(crate) attributes: Option<KeyAttributes>,
}

/// The owner in a row; `None` if this version of the service does not know the authenticator.
pub(super) fn owner_of(auth: u8, name: String) -> Option<Identity> {
    let auth = AuthType::from_number(auth)?;
    Some(Identity { auth, name })
}

/// The id of a key; SQLite numbers rows from 1, in 63 bits.
pub(super) fn key_id(row: i64) -> KeyId {
    KeyId(row.cast_unsigned())
}
