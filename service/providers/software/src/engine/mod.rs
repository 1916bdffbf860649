//! The engine over the PSA Crypto API of the vendored Mbed TLS.

mod agreement;
mod convert;
mod encryption;
mod library;
mod rsa_key;
mod shim;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use parsec_contracts::types::{
    AsymmetricEncryption, AsymmetricSignature, EccFamily, Hash, KeyAttributes, KeyType,
    RawKeyAgreement, SignHash,
};
use parsec_contracts::{ProviderId, Secret, Status, policy};
use parsec_provider::{Counted, KeyContext, KeyId, ProviderError};
use psa_crypto::operations::{asym_signature, key_management};
use psa_crypto::types::key::{Attributes, Id};
use psa_crypto::types::status::Error;

use convert::failed;
use library::{Loadable, Slot};
use parsec_psa::{Engine, InMemory, OperationGroup, Secrets, is_public, random_secret};

static ENGINES: AtomicU64 = AtomicU64::new(0);

/// One user of the process's library. Several share the library, and no keys.
#[derive(Debug)]
pub(crate) struct MbedTlsEngine {
    number: u64,
}

impl MbedTlsEngine {
    /// Starts the library, if no one has yet.
    pub(crate) fn start() -> Result<Self, ProviderError> {
        drop(library::enter()?);
        Ok(Self {
            number: ENGINES.fetch_add(1, Ordering::Relaxed),
        })
    }

    fn slot(&self, key: KeyId) -> Slot {
        Slot {
            engine: self.number,
            key,
        }
    }

    /// Works with a key in the library, alone; what the library says of it is the inner error.
    fn with_key<T>(
        &self,
        key: &KeyContext,
        work: impl FnOnce(Id, Attributes) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        let attributes = convert::attributes(&key.attributes)?;
        let loadable = Loadable {
            attributes,
            material: key.material.expose(),
            // A public key is no secret.
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

impl Engine for MbedTlsEngine {
    fn id(&self) -> ProviderId {
        ProviderId::Software
    }

    fn operation_groups(&self) -> &'static [OperationGroup] {
        crate::OPERATION_GROUPS
    }

    /// One a core, and a second one where there is but one: long work never has all.
    fn workers(&self) -> usize {
        thread::available_parallelism().map_or(2, |cores| cores.get().max(2))
    }

    fn counted(&self) -> Counted {
        library::COUNTERS.read()
    }

    fn secrets(&self) -> &dyn Secrets {
        &InMemory
    }

    fn has_key_type(&self, key_type: &KeyType) -> bool {
        match key_type {
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => true,
            KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
                !curves(*curve_family).is_empty()
            }
            KeyType::DhKeyPair { .. } | KeyType::DhPublicKey { .. } => true,
            _ => false,
        }
    }

    fn has_size(&self, key_type: &KeyType, bits: u32) -> bool {
        match key_type {
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => {
                (1024..=4096).contains(&bits) && bits.is_multiple_of(8)
            }
            KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
                curves(*curve_family).contains(&bits)
            }
            KeyType::DhKeyPair { .. } | KeyType::DhPublicKey { .. } => {
                matches!(bits, 2048 | 3072 | 4096 | 6144 | 8192)
            }
            _ => false,
        }
    }

    fn has_signature(&self, _: &KeyType, _: u32, alg: &AsymmetricSignature) -> bool {
        match alg {
            AsymmetricSignature::Ecdsa { .. }
            | AsymmetricSignature::EcdsaAny
            | AsymmetricSignature::RsaPkcs1v15SignRaw => true,
            // The library signs these with a hash that it knows itself.
            AsymmetricSignature::DeterministicEcdsa { hash_alg }
            | AsymmetricSignature::RsaPkcs1v15Sign { hash_alg }
            | AsymmetricSignature::RsaPss { hash_alg } => match hash_alg {
                SignHash::Specific(hash) => has_hash(*hash),
                _ => true,
            },
            _ => false,
        }
    }

    fn generate(&self, attributes: &KeyAttributes) -> Result<Secret, ProviderError> {
        if attributes.key_type == KeyType::RsaKeyPair {
            return rsa_key::generate(attributes.key_bits as usize);
        }
        let psa_type = convert::key_type(&attributes.key_type)?;
        shim::generate(
            &mut *library::enter()?,
            psa_type,
            attributes.key_bits as usize,
        )
        .map_err(|error| failed("generating the key", error))
    }

    fn import(
        &self,
        attributes: &KeyAttributes,
        data: &[u8],
    ) -> Result<(u32, Secret), ProviderError> {
        let psa_type = convert::key_type(&attributes.key_type)?;
        library::enter()?
            .read(psa_type, data)
            .map_err(|error| match error {
                // The type is known, so it is the data that no curve or group fits.
                Error::InvalidArgument | Error::NotSupported | Error::DataInvalid => {
                    ProviderError::invalid_argument(format!(
                        "{} bytes are no key of that type, or not in its format",
                        data.len()
                    ))
                    .with_source(error)
                }
                other => failed("importing the key", other),
            })
    }

    fn export(&self, key: &KeyContext) -> Result<Secret, ProviderError> {
        Ok(key.material.clone())
    }

    fn public_key(&self, key: &KeyContext) -> Result<Vec<u8>, ProviderError> {
        if is_public(&key.attributes.key_type) {
            return Ok(key.material.expose().to_vec());
        }
        let exported = self.with_key(key, |id, attributes| {
            let mut data = vec![0; attributes.export_public_key_output_size()?];
            let length = key_management::export_public(id, &mut data)?;
            data.truncate(length);
            Ok(data)
        })?;
        exported.map_err(|error| failed("exporting the public key", error))
    }

    fn sign_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        let alg = convert::signature(alg)?;
        let signed = self.with_key(key, |id, attributes| {
            let mut signature = vec![0; attributes.sign_output_size(alg)?];
            let length = asym_signature::sign_hash(id, alg, hash, &mut signature)?;
            signature.truncate(length);
            Ok(signature)
        })?;
        signed.map_err(|error| failed("signing", error))
    }

    fn verify_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        let psa_alg = convert::signature(alg)?;
        let verified = self.with_key(key, |id, _| {
            asym_signature::verify_hash(id, psa_alg, hash, signature)
        })?;
        verified.map_err(|error| match error {
            Error::InvalidSignature => no_match(),
            // The library calls a number that is not below the modulus no argument at all.
            Error::InvalidArgument if can_be_signed(alg, hash, key) => no_match(),
            other => failed("verifying", other),
        })
    }

    fn has_agreement(&self, key_type: &KeyType, bits: u32, alg: RawKeyAgreement) -> bool {
        agreement::suits(key_type, alg)
            && (bits == 0 && self.has_key_type(key_type) || self.has_size(key_type, bits))
    }

    fn agree(
        &self,
        key: &KeyContext,
        alg: RawKeyAgreement,
        peer_key: &[u8],
    ) -> Result<Secret, ProviderError> {
        agreement::agree(self, key, alg, peer_key)
    }

    fn has_encryption(&self, alg: &AsymmetricEncryption) -> bool {
        encryption::has(alg)
    }

    fn encrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        plaintext: &[u8],
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        encryption::encrypt(self, key, alg, plaintext, label)
    }

    fn decrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Secret, ProviderError> {
        encryption::decrypt(self, key, alg, ciphertext, label)
    }

    fn random(&self, size: usize) -> Result<Secret, ProviderError> {
        random_secret(size)
    }

    fn purge(&self, key: &KeyContext) -> Result<(), ProviderError> {
        library::enter()?.purge(self.slot(key.id));
        Ok(())
    }

    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError> {
        library::enter()?.forget(self.slot(key.id));
        Ok(())
    }
}

fn no_match() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorInvalidSignature,
        "the signature does not match the hash under this key",
    )
}

/// Whether the key could have signed a hash of that length.
fn can_be_signed(alg: &AsymmetricSignature, hash: &[u8], key: &KeyContext) -> bool {
    match policy::hash_length(alg) {
        Some(length) => hash.len() == length,
        // PKCS #1 v1.5 adds at least eleven bytes; ECDSA cuts what is too long.
        None => {
            *alg == AsymmetricSignature::EcdsaAny
                || hash.len() + 11 <= key.attributes.key_bits as usize / 8
        }
    }
}

/// Whether the library knows the hash function by itself.
fn has_hash(hash: Hash) -> bool {
    !matches!(
        hash,
        Hash::Md2 | Hash::Md4 | Hash::Sha512_224 | Hash::Sha512_256
    )
}

/// The sizes that the vendored build has of a family of curves; a test compares them with it.
fn curves(family: EccFamily) -> &'static [u32] {
    match family {
        EccFamily::SecpK1 => &[192, 256],
        EccFamily::SecpR1 => &[192, 224, 256, 384, 521],
        EccFamily::BrainpoolPR1 => &[256, 384, 512],
        EccFamily::Montgomery => &[255, 448],
        _ => &[],
    }
}
