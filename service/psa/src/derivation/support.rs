//! The supported derivation functions and types of derived keys.

use parsec_contracts::types::{KeyDerivation, KeyType};

use crate::engine::Engine;
use crate::{hashing, plain};

/// Whether the derivation function is supported.
pub(crate) fn has(alg: &KeyDerivation) -> bool {
    alg.hash().is_none_or(hashing::has)
}

/// Whether keys of this type and size can be derived.
pub(crate) fn can_derive(engine: &dyn Engine, key_type: &KeyType, bits: u32) -> bool {
    if plain::is_plain(key_type) {
        return engine.secrets().has_size(key_type, bits);
    }
    needs_function(key_type) && engine.has_size(key_type, bits) && engine.has_import(key_type, bits)
}

/// Whether a key of this type is not a byte string, so that a function must derive it.
fn needs_function(key_type: &KeyType) -> bool {
    matches!(key_type, KeyType::EccKeyPair { .. })
}
