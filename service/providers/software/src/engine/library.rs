//! The library: its lock, and the keys that are loaded into it. There is one per process.

use std::num::NonZeroUsize;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use lru::LruCache;
use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::{Counters, KeyId, ProviderError};
use psa_crypto::operations::key_management;
use psa_crypto::types::algorithm::Algorithm;
use psa_crypto::types::key::{Attributes, Id, Lifetime, Policy, Type, UsageFlags};
use psa_crypto::types::status::Error;

use super::convert;
use super::shim::{self, Exclusive};

/// The number of cached keys. The library has 32 slots (`MBEDTLS_PSA_KEY_SLOT_COUNT`); it uses some
/// itself, and the rest is for keys that are not cached.
pub(super) const LOADED_KEYS: NonZeroUsize = NonZeroUsize::new(24).unwrap();

/// The number of destroyed keys that are remembered, so that a call in flight does not cache them
/// again.
const FORGOTTEN_KEYS: NonZeroUsize = NonZeroUsize::new(1024).unwrap();

/// The vendored build has no locks: concurrent calls corrupt its memory.
static LIBRARY: LazyLock<Mutex<Library>> = LazyLock::new(|| {
    Mutex::new(Library {
        access: Exclusive::take(),
        started: false,
        loaded: LruCache::new(LOADED_KEYS),
        forgotten: LruCache::new(FORGOTTEN_KEYS),
    })
});

/// Held by the next caller of the library, so that the calls of a batch do not overtake others.
static NEXT: Mutex<()> = Mutex::new(());

/// Counters of the library, for all engines.
pub(super) static COUNTERS: Counters = Counters::new();

/// The engine and number of a loaded key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    pub(super) engine: u64,
    pub(super) key: KeyId,
}

/// A key that can be loaded.
#[derive(Debug)]
pub(super) struct Loadable<'a> {
    pub(super) attributes: Attributes,
    pub(super) material: &'a [u8],
    /// Whether it may stay loaded between uses (`PSA_KEY_USAGE_CACHE`).
    pub(super) may_stay: bool,
}

/// The library. There is one value, which only [`enter`] returns.
#[derive(Debug)]
pub(super) struct Library {
    pub(super) access: Exclusive,
    started: bool,
    loaded: LruCache<Slot, Id>,
    forgotten: LruCache<Slot, ()>,
}

/// Locks the library.
pub(super) fn enter() -> Result<MutexGuard<'static, Library>, ProviderError> {
    let next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let mut library = LIBRARY.lock().unwrap_or_else(|poisoned| {
        // A call panicked. Loaded keys can be loaded again; there is no other state.
        LIBRARY.clear_poison();
        let mut library = poisoned.into_inner();
        library.unload_all();
        library
    });
    drop(next);
    if !library.started {
        psa_crypto::init().map_err(|error| convert::failed("starting the library", error))?;
        library.started = true;
    }
    Ok(library)
}

impl Library {
    /// Runs a function with a key, which is loaded if necessary and stays loaded if it may.
    pub(super) fn with_key<T>(
        &mut self,
        slot: Slot,
        key: &Loadable<'_>,
        work: impl FnOnce(Id) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if let Some(id) = self.loaded.get(&slot) {
            COUNTERS.count_hit();
            return work(*id);
        }
        COUNTERS.count_miss();
        let id = self.load(key.attributes, key.material)?;
        if !key.may_stay || self.forgotten.contains(&slot) {
            let result = work(id);
            shim::destroy(&mut self.access, id)?;
            return result;
        }
        if let Some((_, evicted)) = self.loaded.push(slot, id) {
            shim::destroy(&mut self.access, evicted)?;
        }
        work(id)
    }

    /// Reads a key: its size and canonical encoding.
    pub(super) fn read(&mut self, key_type: Type, data: &[u8]) -> Result<(u32, Secret), Error> {
        let mut usage_flags = UsageFlags::default();
        usage_flags.set_export();
        let attributes = Attributes {
            lifetime: Lifetime::Volatile,
            key_type,
            bits: 0,
            policy: Policy {
                usage_flags,
                permitted_algorithms: Algorithm::None,
            },
        };
        let id = self.load(attributes, data)?;
        let read = export(id);
        shim::destroy(&mut self.access, id)?;
        read
    }

    /// Unloads a deleted key.
    pub(super) fn forget(&mut self, slot: Slot) {
        self.forgotten.put(slot, ());
        self.purge(slot);
    }

    /// Unloads a key that may be loaded again.
    pub(super) fn purge(&mut self, slot: Slot) {
        if let Some(id) = self.loaded.pop(&slot) {
            self.unload(id);
        }
    }

    /// Unloads all keys of an engine.
    pub(super) fn unload_all_of(&mut self, engine: u64) {
        let slots: Vec<Slot> = self
            .loaded
            .iter()
            .map(|(slot, _)| *slot)
            .filter(|s| s.engine == engine)
            .collect();
        for slot in slots {
            if let Some(id) = self.loaded.pop(&slot) {
                self.unload(id);
            }
        }
    }

    fn unload_all(&mut self) {
        while let Some((_, id)) = self.loaded.pop_lru() {
            self.unload(id);
        }
    }

    fn unload(&mut self, id: Id) {
        // The key is removed from the table in any case, so it cannot be used again. The library
        // only rejects keys that it does not hold.
        let _ = shim::destroy(&mut self.access, id);
    }

    fn load(&mut self, attributes: Attributes, data: &[u8]) -> Result<Id, Error> {
        // The crate does not support all sizes; the library determines the size.
        let attributes = Attributes {
            bits: 0,
            ..attributes
        };
        loop {
            match key_management::import(attributes, None, data) {
                // An external library may have fewer slots than the vendored one.
                Err(Error::InsufficientMemory) if !self.loaded.is_empty() => {
                    if let Some((_, id)) = self.loaded.pop_lru() {
                        self.unload(id);
                    }
                }
                result => return result,
            }
        }
    }

    #[cfg(test)]
    pub(super) fn is_loaded(&self, slot: Slot) -> bool {
        self.loaded.contains(&slot)
    }

    #[cfg(test)]
    pub(super) fn loaded_keys(&self) -> usize {
        self.loaded.len()
    }
}

fn export(id: Id) -> Result<(u32, Secret), Error> {
    let attributes = Attributes::from_key_id(id)?;
    let mut data = Zeroizing::new(vec![0; attributes.export_key_output_size()?]);
    let length = key_management::export(id, &mut data)?;
    data.truncate(length);
    let bits = u32::try_from(attributes.bits).map_err(|_| Error::InvalidArgument)?;
    Ok((bits, Secret::from(data)))
}
