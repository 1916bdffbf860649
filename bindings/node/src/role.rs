//! Roles of keys.

use parsec_client::{AnyKey, KeyAttributes, ProviderId};

/// Evaluates an expression for a key of any role.
macro_rules! of_any {
    ($any:expr, $key:ident => $answer:expr) => {
        match $any {
            AnyKey::Signing($key) => $answer,
            AnyKey::Verifying($key) => $answer,
            AnyKey::Symmetric($key) => $answer,
            AnyKey::Mac($key) => $answer,
            AnyKey::Decryption($key) => $answer,
            AnyKey::Derivation($key) => $answer,
            AnyKey::Agreement($key) => $answer,
            AnyKey::Wrapping($key) => $answer,
            AnyKey::Other($key) => $answer,
            // Contracts and this crate are built together, so all roles are known.
            _ => unreachable!("a key has a role that this binding does not know"),
        }
    };
}
pub(crate) use of_any;

pub(crate) fn name(key: &AnyKey) -> &str {
    of_any!(key, key => key.name())
}

pub(crate) fn provider(key: &AnyKey) -> ProviderId {
    of_any!(key, key => key.provider())
}

pub(crate) fn attributes(key: &AnyKey) -> &KeyAttributes {
    of_any!(key, key => key.attributes())
}
