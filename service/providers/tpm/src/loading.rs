//! Loads keys into the TPM, runs commands with them, and flushes them.

use parsec_contracts::Secret;
use parsec_provider::{KeyContext, KeyId, ProviderError};
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as ResponseKind;
use tss_esapi::handles::KeyHandle;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::structures::Public;
use tss_esapi::{Context, Error};

use crate::blob::Blob;
use crate::error::{failed, kind};
use crate::loaded_key::LoadedKey;
use crate::registers;
use crate::tpm::{Encrypted, Tpm};

impl Tpm {
    /// Whether the TPM created the key; `None` for a public key, which any TPM can load.
    pub(crate) fn owns(&mut self, material: &Secret) -> Result<Option<bool>, ProviderError> {
        let Ok(blob) = Blob::decode(material) else {
            return Ok(None);
        };
        if blob.private.is_none() {
            return Ok(None);
        }
        match self.load_blob(blob) {
            Ok(handle) => self.flush(handle.into()).map(|()| Some(true)),
            Err(error) if error.is_key_missing() => Ok(Some(false)),
            Err(error) => Err(error),
        }
    }

    /// Runs a command with a key, and loads it if necessary.
    pub(crate) fn with_key<T>(
        &mut self,
        key: &KeyContext,
        doing: &'static str,
        encrypted: Encrypted,
        run: impl FnOnce(&mut Context, KeyHandle) -> Result<T, Error>,
    ) -> Result<T, ProviderError> {
        self.try_with_key(key, encrypted, run)?
            .map_err(failed(doing))
    }

    /// Like [`Tpm::with_key`], for callers that handle the TPM's errors.
    pub(crate) fn try_with_key<T>(
        &mut self,
        key: &KeyContext,
        encrypted: Encrypted,
        run: impl FnOnce(&mut Context, KeyHandle) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        let loaded = self.loaded_key(key)?;
        self.run_loaded(loaded, encrypted, run)
    }

    /// Runs a command with a loaded key, and satisfies its policy if it has one.
    fn run_loaded<T>(
        &mut self,
        LoadedKey { handle, registers }: LoadedKey,
        encrypted: Encrypted,
        run: impl FnOnce(&mut Context, KeyHandle) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        if registers.is_empty() {
            return Ok(self.try_run(encrypted, |context| run(context, handle)));
        }
        let selection = registers.selection()?;
        let session = self
            .policy_session(|context, _, session| registers::policy(context, session, selection))?;
        let result = self.try_run_in((session, None), encrypted, |context| run(context, handle));
        self.end_session(session)?;
        Ok(result)
    }

    /// Unseals the secret of a blob, which is flushed afterwards.
    pub(crate) fn unseal(&mut self, blob: Blob) -> Result<Secret, ProviderError> {
        let registers = blob.registers;
        let handle = self.load_blob(blob)?;
        let loaded = LoadedKey { handle, registers };
        let unseal = |context: &mut Context, handle: KeyHandle| context.unseal(handle.into());
        let secret = self.run_loaded(loaded, Encrypted::Response, unseal);
        self.flush(handle.into())?;
        let secret = secret?.map_err(failed("unsealing a secret"))?;
        Ok(Secret::from(secret.value()))
    }

    /// Loads a key.
    pub(crate) fn load(&mut self, key: &KeyContext) -> Result<KeyHandle, ProviderError> {
        Ok(self.loaded_key(key)?.handle)
    }

    fn loaded_key(&mut self, key: &KeyContext) -> Result<LoadedKey, ProviderError> {
        if let Some(loaded) = self.loaded.get(&key.id) {
            self.counters.count_hit();
            return Ok(*loaded);
        }
        self.counters.count_miss();
        if self.loaded.len() == self.loaded.cap().get()
            && let Some((_, oldest)) = self.loaded.pop_lru()
        {
            self.flush(oldest.handle.into())?;
        }
        let blob = Blob::decode(&key.material)?;
        let registers = blob.registers;
        let handle = self.load_blob(blob).inspect_err(|error| {
            if error.is_key_missing() {
                self.journal.missed(key.id);
            }
        })?;
        self.journal.found(key.id);
        let loaded = LoadedKey { handle, registers };
        self.loaded.put(key.id, loaded);
        Ok(loaded)
    }

    /// Loads a key without flushing another one. The caller flushes it.
    pub(crate) fn load_beside(&mut self, key: &KeyContext) -> Result<KeyHandle, ProviderError> {
        self.load_blob(Blob::decode(&key.material)?)
    }

    pub(crate) fn load_blob(&mut self, blob: Blob) -> Result<KeyHandle, ProviderError> {
        let Blob {
            auth,
            public,
            private,
            ..
        } = blob;
        let handle = match private {
            Some(private) => {
                let parent = self.storage_key;
                let loaded = self.try_run(Encrypted::Command, |context| {
                    context.load(parent, private, public)
                });
                loaded.map_err(|error| match kind(&error) {
                    Some(ResponseKind::Integrity) => not_of_this_tpm().with_source(error),
                    _ => failed("loading the key")(error),
                })?
            }
            None => self.without_session("loading the public key", |context| {
                context.load_external_public(public, Hierarchy::Null)
            })?,
        };
        self.context
            .tr_set_auth(handle.into(), auth)
            .map_err(failed("loading the key"))?;
        Ok(handle)
    }

    /// Loads a public key and flushes it.
    pub(crate) fn try_load_public(&mut self, public: Public) -> Result<(), Error> {
        self.try_without_session(|context| {
            let handle = context.load_external_public(public, Hierarchy::Null)?;
            context.flush_context(handle.into())
        })
    }

    /// Flushes a key.
    pub(crate) fn unload(&mut self, key: KeyId) -> Result<(), ProviderError> {
        match self.loaded.pop(&key) {
            Some(loaded) => self.flush(loaded.handle.into()),
            None => Ok(()),
        }
    }
}

/// The error for a key that the TPM cannot load: another TPM created it, or this one before it was
/// cleared.
fn not_of_this_tpm() -> ProviderError {
    ProviderError::key_missing(
        "the key is missing from the TPM: it belongs to another TPM, or the owner hierarchy of \
         this one was cleared; the key is kept and works again with its own TPM",
    )
}
