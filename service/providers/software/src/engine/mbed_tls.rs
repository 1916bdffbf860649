//! The state of an engine, and access to its keys in the library.

use std::sync::atomic::{AtomicU64, Ordering};

use parsec_contracts::types::Hash;
use parsec_provider::{KeyContext, KeyId, ProviderError};
use parsec_psa::is_public;
use psa_crypto::types::key::{Attributes, Id};
use psa_crypto::types::status::Error;

use super::convert;
use super::library::{self, Loadable, Slot};

static ENGINES: AtomicU64 = AtomicU64::new(0);

/// A user of the library. Several engines share the library, but no keys.
#[derive(Debug)]
pub(crate) struct MbedTlsEngine {
    number: u64,
}

impl MbedTlsEngine {
    /// Starts the library if necessary.
    pub(crate) fn start() -> Result<Self, ProviderError> {
        drop(library::enter()?);
        Ok(Self {
            number: ENGINES.fetch_add(1, Ordering::Relaxed),
        })
    }

    /// The slot of a key in the library.
    pub(super) fn slot(&self, key: KeyId) -> Slot {
        Slot {
            engine: self.number,
            key,
        }
    }

    /// Runs a function with a key in the library, under its lock. The inner error is the library's.
    pub(super) fn with_key<T>(
        &self,
        key: &KeyContext,
        work: impl FnOnce(Id, Attributes) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        let attributes = convert::attributes(&key.attributes)?;
        let loadable = Loadable {
            attributes,
            material: key.material.expose(),
            // A public key is not secret.
            may_stay: key.attributes.key_policy.key_usage_flags.cache
                || is_public(&key.attributes.key_type),
        };
        let mut library = library::enter()?;
        Ok(library.with_key(self.slot(key.id), &loadable, |id| work(id, attributes)))
    }
}

impl Drop for MbedTlsEngine {
    fn drop(&mut self) {
        if let Ok(mut library) = library::enter() {
            library.unload_all_of(self.number);
        }
    }
}

/// Whether the library implements the hash function.
pub(super) fn has_hash(hash: Hash) -> bool {
    !matches!(
        hash,
        Hash::Md2 | Hash::Md4 | Hash::Sha512_224 | Hash::Sha512_256
    )
}
