//! The engine over the PSA Crypto API of the vendored Mbed TLS.

mod agreement;
mod convert;
mod ed25519;
mod encryption;
mod library;
mod mbed_tls;
mod rsa_key;
mod shim;
#[cfg(test)]
mod tests;

use std::thread;

use parsec_contracts::types::{
    AsymmetricEncryption, AsymmetricSignature, EccFamily, KeyAttributes, KeyType, RawKeyAgreement,
    SignHash,
};
use parsec_contracts::{ProviderId, Secret, Status, policy};
use parsec_provider::{Counted, KeyContext, ProviderError};
use parsec_psa::{Engine, InMemory, OperationGroup, Secrets, is_public, public, random_secret};
use psa_crypto::operations::{asym_signature, key_management};
use psa_crypto::types::status::Error;

use convert::failed;
use mbed_tls::has_hash;

pub(crate) use mbed_tls::MbedTlsEngine;

/// The operation groups of the provider, in addition to the operations of all engines.
pub(crate) const OPERATION_GROUPS: &[OperationGroup] = &[
    OperationGroup::Export,
    OperationGroup::Aead,
    OperationGroup::Streams,
    OperationGroup::AeadStreams,
    OperationGroup::KeyWrap,
];

impl Engine for MbedTlsEngine {
    fn id(&self) -> ProviderId {
        ProviderId::Software
    }

    fn operation_groups(&self) -> &'static [OperationGroup] {
        OPERATION_GROUPS
    }

    /// One worker per core, at least two: long work never occupies all of them.
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
            | AsymmetricSignature::RsaPkcs1v15SignRaw
            | AsymmetricSignature::PureEddsa => true,
            // The library requires that it implements the hash function of these.
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
        if ed25519::has(&attributes.key_type) {
            return ed25519::generate();
        }
        let psa_type = convert::key_type(&attributes.key_type)?;
        shim::generate(
            &mut library::enter()?.access,
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
        if ed25519::has(&attributes.key_type) {
            return Ok((ed25519::BITS, Secret::from(data)));
        }
        let psa_type = convert::key_type(&attributes.key_type)?;
        library::enter()?
            .read(psa_type, data)
            .map_err(|error| match error {
                // The type is supported, so the data does not match any curve or group.
                Error::InvalidArgument | Error::NotSupported | Error::DataInvalid => {
                    ProviderError::invalid_argument(format!(
                        "{} bytes are not a key of that type in its format",
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
        if ed25519::has(&key.attributes.key_type) {
            return ed25519::public_key(key);
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
            // The library returns "invalid argument" for a number that is not below the modulus.
            Error::InvalidArgument if can_be_signed(alg, hash, key) => no_match(),
            other => failed("verifying", other),
        })
    }

    fn sign_message(
        &self,
        key: &KeyContext,
        _alg: &AsymmetricSignature,
        message: &[u8],
        _hash: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        ed25519::sign(key, message)
    }

    fn verify_message(
        &self,
        key: &KeyContext,
        _alg: &AsymmetricSignature,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        let kind = (&key.attributes.key_type, key.attributes.key_bits);
        public::verify_message(kind, &self.public_key(key)?, message, signature)
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
        // PKCS #1 v1.5 adds at least eleven bytes; ECDSA truncates.
        None => {
            *alg == AsymmetricSignature::EcdsaAny
                || hash.len() + 11 <= key.attributes.key_bits as usize / 8
        }
    }
}

/// The sizes of the family's curves in the vendored build, which a test compares with it, and of
/// Ed25519.
fn curves(family: EccFamily) -> &'static [u32] {
    match family {
        EccFamily::SecpK1 => &[192, 256],
        EccFamily::SecpR1 => &[192, 224, 256, 384, 521],
        EccFamily::BrainpoolPR1 => &[256, 384, 512],
        EccFamily::Montgomery => &[255, 448],
        EccFamily::TwistedEdwards => &[ed25519::BITS],
        _ => &[],
    }
}
