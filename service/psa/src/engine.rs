//! The interface of an engine: a cryptographic library or a device.

use parsec_contracts::operations::{
    AttestKey, AttestKeyOutput, CertifyKeyOutput, GenerateDeviceKey, PrepareKeyAttestation,
    PrepareKeyAttestationOutput, QuoteOutput,
};
use parsec_contracts::types::{
    Aead, AsymmetricEncryption, AsymmetricSignature, Cipher, KeyAttributes, KeyType, Mac,
    RawKeyAgreement,
};
use parsec_contracts::{Opcode, ProviderId, Secret};
use parsec_provider::{Counted, KeyContext, ProviderError, Shown, Streaming};

use crate::operation_group::OperationGroup;

/// A library or device, and its operations on key pairs.
///
/// Public keys and imported keys are in the wire format. The material that [`Engine::generate`] and
/// [`Engine::import`] return has a format of the engine's own. An engine may cache loaded keys by
/// [`KeyContext::id`] until [`Engine::purge`] or [`Engine::forget`]. Callers only ask for
/// capabilities that the engine has.
pub trait Engine: Send + Sync + 'static {
    /// The provider id of the protocol.
    fn id(&self) -> ProviderId;

    /// A description of the engine, for people.
    fn description(&self) -> String {
        self.id().description().to_owned()
    }

    /// The operation groups of the engine, in addition to the operations of all engines.
    fn operation_groups(&self) -> &'static [OperationGroup];

    /// The maximum number of concurrent calls.
    fn workers(&self) -> usize;

    /// Counters since the start.
    fn counted(&self) -> Counted {
        Counted::default()
    }

    /// Removes temporary objects from the device, before the engine is dropped.
    fn close(&self) {}

    /// The operations on symmetric keys and other byte strings.
    fn secrets(&self) -> &dyn Secrets;

    /// Whether the engine supports this key type, in any size.
    fn has_key_type(&self, key_type: &KeyType) -> bool;

    /// Whether the engine supports keys of this type and size.
    fn has_size(&self, key_type: &KeyType, bits: u32) -> bool;

    /// Whether keys of this type and size can be imported; a size of 0 means any size. A device lacks
    /// this for curves whose public keys cannot be computed here.
    fn has_import(&self, key_type: &KeyType, bits: u32) -> bool {
        match bits {
            0 => self.has_key_type(key_type),
            bits => self.has_size(key_type, bits),
        }
    }

    /// Whether keys of this type and size support the algorithm, which is one for the type; a size
    /// of 0 means any size.
    fn has_signature(&self, key_type: &KeyType, bits: u32, alg: &AsymmetricSignature) -> bool;

    /// Generates a key pair.
    ///
    /// # Errors
    ///
    /// The status of the response; the same holds for all methods below.
    fn generate(&self, attributes: &KeyAttributes) -> Result<Secret, ProviderError>;

    /// Imports a key pair or public key. Returns its size and material.
    fn import(
        &self,
        attributes: &KeyAttributes,
        data: &[u8],
    ) -> Result<(u32, Secret), ProviderError>;

    /// Exports a key pair with its private key, if the engine permits it.
    fn export(&self, key: &KeyContext) -> Result<Secret, ProviderError>;

    /// Returns the public key of a key pair, or the public key itself.
    fn public_key(&self, key: &KeyContext) -> Result<Vec<u8>, ProviderError>;

    /// Signs a hash.
    fn sign_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
    ) -> Result<Vec<u8>, ProviderError>;

    /// Verifies the signature of a hash.
    fn verify_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError>;

    /// Whether the engine signs messages with [`Engine::sign_message`] although the algorithm
    /// hashes them: some devices do not sign hashes that others computed.
    fn hashes_messages(&self, _alg: &AsymmetricSignature) -> bool {
        false
    }

    /// Signs a message with an algorithm that does not hash it, for which `hash` is empty, or that
    /// the engine hashes itself.
    fn sign_message(
        &self,
        _key: &KeyContext,
        alg: &AsymmetricSignature,
        _message: &[u8],
        _hash: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        Err(ProviderError::not_supported(format_args!("{alg}")))
    }

    /// Verifies the signature of a message, for such an algorithm.
    fn verify_message(
        &self,
        _key: &KeyContext,
        alg: &AsymmetricSignature,
        _message: &[u8],
        _signature: &[u8],
    ) -> Result<(), ProviderError> {
        Err(ProviderError::not_supported(format_args!("{alg}")))
    }

    /// Whether keys of this type and size support the key agreement; a size of 0 means any
    /// size.
    fn has_agreement(&self, key_type: &KeyType, bits: u32, alg: RawKeyAgreement) -> bool;

    /// Computes the secret shared with the owner of `peer_key`, a public key.
    fn agree(
        &self,
        key: &KeyContext,
        alg: RawKeyAgreement,
        peer_key: &[u8],
    ) -> Result<Secret, ProviderError>;

    /// Whether the engine supports the algorithm. The caller checks that it suits the key.
    fn has_encryption(&self, alg: &AsymmetricEncryption) -> bool;

    /// Encrypts with a public key, or the public key of a key pair. The message fits the key; the
    /// label is empty except for OAEP.
    fn encrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        plaintext: &[u8],
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError>;

    /// Decrypts with a key pair. All invalid ciphertexts return the same error.
    fn decrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Secret, ProviderError>;

    /// Returns this many random bytes.
    fn random(&self, size: usize) -> Result<Secret, ProviderError>;

    /// Returns what a third party needs to make a credential for a key.
    fn prepare_key_attestation(
        &self,
        _attested_key: Option<&KeyContext>,
        _attesting_key: Option<&KeyContext>,
        _input: &PrepareKeyAttestation,
    ) -> Result<PrepareKeyAttestationOutput, ProviderError> {
        Err(ProviderError::not_served(Opcode::PrepareKeyAttestation))
    }

    /// Attests a key.
    fn attest_key(
        &self,
        _attested_key: &KeyContext,
        _attesting_key: Option<&KeyContext>,
        _input: &AttestKey,
    ) -> Result<AttestKeyOutput, ProviderError> {
        Err(ProviderError::not_served(Opcode::AttestKey))
    }

    /// Generates a key pair with properties that only a device guarantees; the input requests at
    /// least one.
    fn generate_bound(&self, _input: &GenerateDeviceKey) -> Result<Secret, ProviderError> {
        Err(ProviderError::not_served(Opcode::GenerateDeviceKey))
    }

    /// Returns the device's certification of a key.
    fn certify_key(
        &self,
        _key: &KeyContext,
        _attesting_key: &KeyContext,
        _nonce: &[u8],
    ) -> Result<CertifyKeyOutput, ProviderError> {
        Err(ProviderError::not_served(Opcode::CertifyKey))
    }

    /// Returns the device's quote of platform configuration registers.
    fn quote(
        &self,
        _attesting_key: &KeyContext,
        _nonce: &[u8],
        _pcrs: u32,
    ) -> Result<QuoteOutput, ProviderError> {
        Err(ProviderError::not_served(Opcode::Quote))
    }

    /// Copies a key; `attributes` are those of the copy.
    fn copy(
        &self,
        source: &KeyContext,
        _attributes: &KeyAttributes,
    ) -> Result<Secret, ProviderError> {
        Ok(source.material.clone())
    }

    /// Unloads the key. It may be loaded again.
    fn purge(&self, key: &KeyContext) -> Result<(), ProviderError>;

    /// Unloads the key and removes its objects from the device, permanently.
    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError>;

    /// Like [`Engine::forget`], for the owner of the key. If the device does not show all of the
    /// key's objects, it removes none and returns [`ProviderError::key_missing`].
    /// [`ProviderError::part_left`] marks an error after which the key is unusable but an object
    /// remains.
    fn destroy(&self, key: &KeyContext) -> Result<(), ProviderError> {
        self.forget(key)
    }

    /// As [`Provider::object`](parsec_provider::Provider::object).
    fn object(&self, _material: &Secret) -> Option<Vec<u8>> {
        None
    }

    /// As [`Provider::objects`](parsec_provider::Provider::objects).
    fn objects(&self) -> Result<Option<Shown>, ProviderError> {
        Ok(None)
    }

    /// As [`Provider::refresh`](parsec_provider::Provider::refresh).
    fn refresh(&self) -> Result<bool, ProviderError> {
        Ok(false)
    }

    /// As [`Provider::remove_object`](parsec_provider::Provider::remove_object).
    fn remove_object(&self, _object: &[u8]) -> Result<bool, ProviderError> {
        Ok(true)
    }
}

/// Operations of an engine on keys that are byte strings.
pub trait Secrets: Send + Sync {
    /// Whether the engine supports this key type, in any size.
    fn has_key_type(&self, key_type: &KeyType) -> bool;

    /// Whether the engine supports keys of this type and size.
    fn has_size(&self, key_type: &KeyType, bits: u32) -> bool;

    /// Generates a key of a checked size.
    fn generate(&self, attributes: &KeyAttributes) -> Result<Secret, ProviderError>;

    /// Imports a key of a checked size, which the attributes contain.
    fn import(&self, attributes: &KeyAttributes, data: Secret) -> Result<Secret, ProviderError>;

    /// Returns the key's bytes, if the engine permits it.
    fn export(&self, key: &KeyContext) -> Result<Secret, ProviderError>;

    /// Whether keys can be derived from such a key, which requires its bytes.
    fn has_derivation(&self, _attributes: &KeyAttributes) -> bool {
        false
    }

    /// Whether keys of this type and size support the algorithm; a size of 0 means any size.
    fn has_mac(&self, key_type: &KeyType, bits: u32, alg: &Mac) -> bool;

    /// Returns the shortest and the longest key for the algorithm in bytes, if the engine has such
    /// limits; 0 means no limit.
    fn mac_key_lengths(&self, _alg: &Mac) -> Option<(usize, usize)> {
        None
    }

    /// Computes a message authentication code.
    fn mac(&self, key: &KeyContext, alg: &Mac, input: &[u8]) -> Result<Vec<u8>, ProviderError>;

    /// Starts a message authentication code over a stream.
    fn begin_mac(
        &self,
        _key: &KeyContext,
        _alg: &Mac,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        Err(no_streams())
    }

    /// Whether keys of this type and size support the algorithm; a size of 0 means any size.
    fn has_cipher(&self, key_type: &KeyType, bits: u32, alg: Cipher) -> bool;

    /// Encrypts. The output starts with the initialization vector.
    fn encrypt(
        &self,
        key: &KeyContext,
        alg: Cipher,
        plaintext: &Secret,
    ) -> Result<Vec<u8>, ProviderError>;

    /// Decrypts the output of [`Secrets::encrypt`].
    fn decrypt(
        &self,
        key: &KeyContext,
        alg: Cipher,
        ciphertext: &[u8],
    ) -> Result<Secret, ProviderError>;

    /// Starts to encrypt a stream.
    fn begin_encryption(
        &self,
        _key: &KeyContext,
        _alg: Cipher,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        Err(no_streams())
    }

    /// Starts to decrypt a stream.
    fn begin_decryption(
        &self,
        _key: &KeyContext,
        _alg: Cipher,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        Err(no_streams())
    }

    /// Whether keys of this type and size support the algorithm; a size of 0 means any size.
    fn has_aead(&self, key_type: &KeyType, bits: u32, alg: &Aead) -> bool;

    /// Encrypts and authenticates. The output ends with the tag.
    fn seal(&self, request: &AeadInput<'_>, plaintext: &Secret) -> Result<Vec<u8>, ProviderError>;

    /// Decrypts and verifies the tag.
    fn open(&self, request: &AeadInput<'_>, ciphertext: &[u8]) -> Result<Secret, ProviderError>;

    /// Starts authenticated encryption of a stream of `length` bytes.
    fn begin_seal(
        &self,
        _request: &AeadInput<'_>,
        _length: u64,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        Err(no_streams())
    }

    /// Starts authenticated decryption of a stream; `length` is that of the plaintext.
    fn begin_open(
        &self,
        _request: &AeadInput<'_>,
        _length: u64,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        Err(no_streams())
    }

    /// Whether keys of this type and size can wrap other keys; a size of 0 means any size.
    fn has_key_wrap(&self, key_type: &KeyType, bits: u32) -> bool;
}

/// The parameters of authenticated encryption.
#[derive(Debug, Clone, Copy)]
pub struct AeadInput<'a> {
    /// The key.
    pub key: &'a KeyContext,
    /// The algorithm and the length of the tag.
    pub alg: &'a Aead,
    /// The nonce; a key must not be used with the same nonce twice.
    pub nonce: &'a [u8],
    /// Authenticated but not encrypted.
    pub additional_data: &'a [u8],
}

fn no_streams() -> ProviderError {
    ProviderError::not_supported("streams with keys that stay on the device")
}
