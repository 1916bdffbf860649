//! The provider under test, and keys that are removed at the end of a case.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use parsec_contracts::operations::{
    CanDoCrypto, PsaExportKey, PsaExportPublicKey, PsaGenerateKey, PsaImportKey, PsaSignHash,
    PsaVerifyHash,
};
use parsec_contracts::types::{AsymmetricSignature, CheckType, KeyAttributes};
use parsec_contracts::{Opcode, Secret, Status};

use crate::{CreatedKey, KeyContext, KeyId, Provider, ProviderError};

/// The reason why a case ends early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The provider lacks a capability.
    Skip(String),
    /// The provider is wrong.
    Fail(String),
}

impl From<ProviderError> for Stop {
    fn from(error: ProviderError) -> Self {
        Self::Fail(format!("unexpected error: {error}"))
    }
}

/// Fails the case unless `condition` is true.
pub(super) fn ensure(condition: bool, why: impl fmt::Display) -> Result<(), Stop> {
    if condition {
        Ok(())
    } else {
        Err(Stop::Fail(why.to_string()))
    }
}

/// Fails the case unless the call returns an error with this status.
pub(super) fn refused<T>(
    result: Result<T, ProviderError>,
    status: Status,
    what: impl fmt::Display,
) -> Result<(), Stop> {
    match result {
        Err(error) if error.status() == status => Ok(()),
        Err(error) => Err(Stop::Fail(format!(
            "{what}: expected {status}, got {error}"
        ))),
        Ok(_) => Err(Stop::Fail(format!(
            "{what}: expected {status}, but it succeeded"
        ))),
    }
}

/// A provider under test.
pub struct Rig {
    provider: Box<dyn Provider>,
    next_id: AtomicU64,
}

impl fmt::Debug for Rig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rig")
            .field("provider", &self.provider.id())
            .finish_non_exhaustive()
    }
}

impl Rig {
    /// Creates a rig for a provider.
    pub fn new(provider: impl Provider) -> Self {
        Self {
            provider: Box::new(provider),
            next_id: AtomicU64::new(1),
        }
    }

    /// The provider.
    pub fn provider(&self) -> &dyn Provider {
        &*self.provider
    }

    /// Whether the provider lists the operation.
    pub fn serves(&self, opcode: Opcode) -> bool {
        self.provider.opcodes().contains(&opcode)
    }

    /// Whether the provider reports the capability. A provider without `can_do_crypto` is assumed
    /// to have it.
    ///
    /// # Errors
    ///
    /// [`Stop::Fail`] for an error other than "not supported".
    pub fn can(&self, check_type: CheckType, attributes: &KeyAttributes) -> Result<bool, Stop> {
        if !self.serves(Opcode::CanDoCrypto) {
            return Ok(true);
        }
        match self.provider.can_do_crypto(&CanDoCrypto {
            check_type,
            attributes: *attributes,
        }) {
            Ok(_) => Ok(true),
            Err(error) if error.status() == Status::PsaErrorNotSupported => Ok(false),
            Err(error) => Err(Stop::Fail(format!(
                "can_do_crypto answers {error}; it may only answer success or not-supported"
            ))),
        }
    }

    /// Generates a key, or skips the case if the provider reports that it cannot.
    ///
    /// # Errors
    ///
    /// [`Stop::Skip`] if it cannot, [`Stop::Fail`] if it reports that it can and fails.
    pub fn generate(&self, attributes: &KeyAttributes) -> Result<TestKey<'_>, Stop> {
        self.need(CheckType::Generate, attributes)?;
        Ok(self.key(self.try_generate(attributes)?))
    }

    /// Imports a key, or skips the case if the provider reports that it cannot.
    ///
    /// # Errors
    ///
    /// [`Stop::Skip`] if it cannot, [`Stop::Fail`] if it reports that it can and fails.
    pub fn import(&self, attributes: &KeyAttributes, data: &[u8]) -> Result<TestKey<'_>, Stop> {
        self.need(CheckType::Import, attributes)?;
        Ok(self.key(self.try_import(attributes, data)?))
    }

    /// Skips the case unless the provider reports the capability.
    ///
    /// # Errors
    ///
    /// [`Stop::Skip`] if it cannot.
    pub fn need(&self, check_type: CheckType, attributes: &KeyAttributes) -> Result<(), Stop> {
        if self.can(check_type, attributes)? {
            return Ok(());
        }
        Err(Stop::Skip(format!(
            "the provider cannot {check_type:?} {:?} of {} bits with {:?}",
            attributes.key_type, attributes.key_bits, attributes.key_policy.key_algorithm
        )))
    }

    /// Generates a key, without asking for the capability.
    ///
    /// # Errors
    ///
    /// The provider's.
    pub fn try_generate(&self, attributes: &KeyAttributes) -> Result<CreatedKey, ProviderError> {
        self.provider.psa_generate_key(&PsaGenerateKey {
            key_name: "key".into(),
            attributes: *attributes,
        })
    }

    /// Imports a key, without asking for the capability.
    ///
    /// # Errors
    ///
    /// The provider's.
    pub fn try_import(
        &self,
        attributes: &KeyAttributes,
        data: &[u8],
    ) -> Result<CreatedKey, ProviderError> {
        self.provider.psa_import_key(&PsaImportKey {
            key_name: "key".into(),
            attributes: *attributes,
            data: Secret::from(data),
        })
    }

    /// Assigns a number to a created key, like the key store.
    pub fn key(&self, created: CreatedKey) -> TestKey<'_> {
        let id = KeyId(self.next_id.fetch_add(1, Ordering::Relaxed));
        let CreatedKey {
            attributes,
            material,
        } = created;
        TestKey {
            rig: self,
            context: KeyContext {
                id,
                attributes,
                material,
            },
        }
    }
}

/// A key of a case. The provider forgets it when it is dropped.
#[derive(Debug)]
pub struct TestKey<'a> {
    rig: &'a Rig,
    /// The context of the key.
    pub context: KeyContext,
}

impl TestKey<'_> {
    /// The provider of the key.
    pub fn provider(&self) -> &dyn Provider {
        self.rig.provider()
    }

    /// The public key in the wire format.
    ///
    /// # Errors
    ///
    /// The provider's.
    pub fn public_key(&self) -> Result<Vec<u8>, ProviderError> {
        let input = PsaExportPublicKey {
            key_name: "key".into(),
        };
        Ok(self
            .rig
            .provider
            .psa_export_public_key(&self.context, &input)?
            .data)
    }

    /// The exported key in the wire format.
    ///
    /// # Errors
    ///
    /// The provider's.
    pub fn export(&self) -> Result<Secret, ProviderError> {
        let input = PsaExportKey {
            key_name: "key".into(),
        };
        Ok(self
            .rig
            .provider
            .psa_export_key(&self.context, &input)?
            .data)
    }

    /// Signs a hash.
    ///
    /// # Errors
    ///
    /// The provider's.
    pub fn sign_hash(
        &self,
        alg: AsymmetricSignature,
        hash: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        let input = PsaSignHash {
            key_name: "key".into(),
            alg,
            hash: hash.to_vec(),
        };
        Ok(self
            .rig
            .provider
            .psa_sign_hash(&self.context, &input)?
            .signature)
    }

    /// Verifies the signature of a hash.
    ///
    /// # Errors
    ///
    /// The provider's.
    pub fn verify_hash(
        &self,
        alg: AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        let input = PsaVerifyHash {
            key_name: "key".into(),
            alg,
            hash: hash.to_vec(),
            signature: signature.to_vec(),
        };
        self.rig
            .provider
            .psa_verify_hash(&self.context, &input)
            .map(|_| ())
    }
}

impl TestKey<'_> {
    /// Signs a hash, and fails unless the signature verifies for this hash and no other.
    ///
    /// # Errors
    ///
    /// [`Stop::Fail`].
    pub fn sign_and_verify(&self, alg: AsymmetricSignature, hash: &[u8]) -> Result<(), Stop> {
        let signature = self.sign_hash(alg, hash)?;
        self.verify_hash(alg, hash, &signature)?;
        let mut other = hash.to_vec();
        if let Some(first) = other.first_mut() {
            *first ^= 0x80;
        }
        refused(
            self.verify_hash(alg, &other, &signature),
            Status::PsaErrorInvalidSignature,
            format!("{alg:?}: another hash"),
        )
    }
}

impl Drop for TestKey<'_> {
    fn drop(&mut self) {
        // Frees the device; the cases about destruction check errors.
        let _ = self.rig.provider.forget(&self.context);
    }
}
