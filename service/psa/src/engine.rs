//! What stands behind a provider: a library of cryptography or a device.

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

/// A library or device, and what it does with key pairs.
///
/// Public keys and what is imported come in the wire's formats. What [`Engine::generate`] and
/// [`Engine::import`] give back as a key's material is the engine's own affair. An engine may keep
/// what it has loaded, under the key's number, until it is told to forget it. It is asked only for
/// what it says that it has.
pub trait Engine: Send + Sync + 'static {
    /// The provider's place in the protocol.
    fn id(&self) -> ProviderId;

    /// What it is and what stands behind it, for people.
    fn description(&self) -> String {
        self.id().description().to_owned()
    }

    /// The groups of operations that it serves besides those that all engines serve.
    fn operation_groups(&self) -> &'static [OperationGroup];

    /// How many calls it can take at once.
    fn workers(&self) -> usize;

    /// What it has counted since it was started.
    fn counted(&self) -> Counted {
        Counted::default()
    }

    /// Takes from the device what is only there while this is used, for it will not be used again.
    fn close(&self) {}

    /// Its keys that are nothing but bytes.
    fn secrets(&self) -> &dyn Secrets;

    /// Whether it has this type of key, in whatever sizes.
    fn has_key_type(&self, key_type: &KeyType) -> bool;

    /// Whether it has keys of this type and size.
    fn has_size(&self, key_type: &KeyType, bits: u32) -> bool;

    /// Whether keys of this type and size, or of some size if that is 0, can come from outside.
    fn has_import(&self, key_type: &KeyType, bits: u32) -> bool {
        match bits {
            0 => self.has_key_type(key_type),
            bits => self.has_size(key_type, bits),
        }
    }

    /// Whether keys of this type and size, or of some size if that is 0, have the algorithm, which
    /// suits the type.
    fn has_signature(&self, key_type: &KeyType, bits: u32, alg: &AsymmetricSignature) -> bool;

    /// Makes a key pair.
    ///
    /// # Errors
    ///
    /// The status that answers the request; the same holds for all that follow.
    fn generate(&self, attributes: &KeyAttributes) -> Result<Secret, ProviderError>;

    /// Takes in a key pair or public key: its size, and its material.
    fn import(
        &self,
        attributes: &KeyAttributes,
        data: &[u8],
    ) -> Result<(u32, Secret), ProviderError>;

    /// A key pair with its private part, if that can leave the engine.
    fn export(&self, key: &KeyContext) -> Result<Secret, ProviderError>;

    /// The public part of a key pair, or a public key itself.
    fn public_key(&self, key: &KeyContext) -> Result<Vec<u8>, ProviderError>;

    /// Signs a hash.
    fn sign_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
    ) -> Result<Vec<u8>, ProviderError>;

    /// Checks the signature of a hash.
    fn verify_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError>;

    /// Whether messages are signed with the algorithm by [`Engine::sign_message`], although it hashes
    /// them: some devices sign no hashes that others computed.
    fn hashes_messages(&self, _alg: &AsymmetricSignature) -> bool {
        false
    }

    /// Signs a message with an algorithm that takes it as it is, for which the hash is empty, or that
    /// the engine hashes itself.
    fn sign_message(
        &self,
        _key: &KeyContext,
        alg: &AsymmetricSignature,
        _message: &[u8],
        _hash: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        Err(ProviderError::not_supported(format_args!("{alg:?}")))
    }

    /// Checks the signature of a message, with such an algorithm.
    fn verify_message(
        &self,
        _key: &KeyContext,
        alg: &AsymmetricSignature,
        _message: &[u8],
        _signature: &[u8],
    ) -> Result<(), ProviderError> {
        Err(ProviderError::not_supported(format_args!("{alg:?}")))
    }

    /// Whether keys of this type and size, or of some size if that is 0, can agree on a secret.
    fn has_agreement(&self, key_type: &KeyType, bits: u32, alg: RawKeyAgreement) -> bool;

    /// The secret that a key pair shares with the holder of another, whose public part is given.
    fn agree(
        &self,
        key: &KeyContext,
        alg: RawKeyAgreement,
        peer_key: &[u8],
    ) -> Result<Secret, ProviderError>;

    /// Whether it has the algorithm; that it suits the key is the caller's affair.
    fn has_encryption(&self, alg: &AsymmetricEncryption) -> bool;

    /// Encrypts to a public key, or to the public part of a key pair, a message for which there is
    /// room. Only OAEP may have a label that is not empty.
    fn encrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        plaintext: &[u8],
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError>;

    /// Decrypts with a key pair. Every ciphertext that is none is refused in the same words.
    fn decrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Secret, ProviderError>;

    /// That many random bytes.
    fn random(&self, size: usize) -> Result<Secret, ProviderError>;

    /// Says what another needs in order to make a credential for a key.
    fn prepare_key_attestation(
        &self,
        _attested_key: Option<&KeyContext>,
        _attesting_key: Option<&KeyContext>,
        _input: &PrepareKeyAttestation,
    ) -> Result<PrepareKeyAttestationOutput, ProviderError> {
        Err(ProviderError::not_served(Opcode::PrepareKeyAttestation))
    }

    /// Proves where a key is.
    fn attest_key(
        &self,
        _attested_key: &KeyContext,
        _attesting_key: Option<&KeyContext>,
        _input: &AttestKey,
    ) -> Result<AttestKeyOutput, ProviderError> {
        Err(ProviderError::not_served(Opcode::AttestKey))
    }

    /// Makes a key pair with what only a device can promise; one of the promises is asked for.
    fn generate_bound(&self, _input: &GenerateDeviceKey) -> Result<Secret, ProviderError> {
        Err(ProviderError::not_served(Opcode::GenerateDeviceKey))
    }

    /// Has the device say that a key is in it.
    fn certify_key(
        &self,
        _key: &KeyContext,
        _attesting_key: &KeyContext,
        _nonce: &[u8],
    ) -> Result<CertifyKeyOutput, ProviderError> {
        Err(ProviderError::not_served(Opcode::CertifyKey))
    }

    /// Has the device say what state the machine is in.
    fn quote(
        &self,
        _attesting_key: &KeyContext,
        _nonce: &[u8],
        _pcrs: u32,
    ) -> Result<QuoteOutput, ProviderError> {
        Err(ProviderError::not_served(Opcode::Quote))
    }

    /// Makes a second key like it; the attributes are those that the copy gets.
    fn copy(
        &self,
        source: &KeyContext,
        _attributes: &KeyAttributes,
    ) -> Result<Secret, ProviderError> {
        Ok(source.material.clone())
    }

    /// Wipes what is loaded of the key, which may be loaded again.
    fn purge(&self, key: &KeyContext) -> Result<(), ProviderError>;

    /// Wipes what is loaded of the key, and removes what it has on a device, for good.
    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError>;

    /// As [`Engine::forget`], for the key's owner. If the device does not show all of the key,
    /// nothing is removed, and that is an error:
    /// [`ProviderError::key_missing`]. [`ProviderError::part_left`] if the key can never be used
    /// again, but a part of it is left.
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

/// What an engine does with keys that are nothing but bytes.
pub trait Secrets: Send + Sync {
    /// Whether it has this type of key, in whatever sizes.
    fn has_key_type(&self, key_type: &KeyType) -> bool;

    /// Whether it has keys of this type and size.
    fn has_size(&self, key_type: &KeyType, bits: u32) -> bool;

    /// Makes a key; the size has been checked.
    fn generate(&self, attributes: &KeyAttributes) -> Result<Secret, ProviderError>;

    /// Takes in a key; the size has been checked, and stands in the attributes.
    fn import(&self, attributes: &KeyAttributes, data: Secret) -> Result<Secret, ProviderError>;

    /// The key's bytes, if they can leave the engine.
    fn export(&self, key: &KeyContext) -> Result<Secret, ProviderError>;

    /// Whether other keys can be derived from such a key, which needs its bytes.
    fn has_derivation(&self, _attributes: &KeyAttributes) -> bool {
        false
    }

    /// Whether keys of this type and size, or of some size if that is 0, have the algorithm.
    fn has_mac(&self, key_type: &KeyType, bits: u32, alg: &Mac) -> bool;

    /// Authenticates a message.
    fn mac(&self, key: &KeyContext, alg: &Mac, input: &[u8]) -> Result<Vec<u8>, ProviderError>;

    /// Begins to authenticate a message that comes in pieces.
    fn begin_mac(
        &self,
        _key: &KeyContext,
        _alg: &Mac,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        Err(no_streams())
    }

    /// Whether keys of this type and size, or of some size if that is 0, have the algorithm.
    fn has_cipher(&self, key_type: &KeyType, bits: u32, alg: Cipher) -> bool;

    /// Encrypts; the initialisation vector comes first.
    fn encrypt(
        &self,
        key: &KeyContext,
        alg: Cipher,
        plaintext: &Secret,
    ) -> Result<Vec<u8>, ProviderError>;

    /// Decrypts what [`Secrets::encrypt`] gave.
    fn decrypt(
        &self,
        key: &KeyContext,
        alg: Cipher,
        ciphertext: &[u8],
    ) -> Result<Secret, ProviderError>;

    /// Begins to encrypt what comes in pieces.
    fn begin_encryption(
        &self,
        _key: &KeyContext,
        _alg: Cipher,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        Err(no_streams())
    }

    /// Begins to decrypt what comes in pieces.
    fn begin_decryption(
        &self,
        _key: &KeyContext,
        _alg: Cipher,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        Err(no_streams())
    }

    /// Whether keys of this type and size, or of some size if that is 0, have the algorithm.
    fn has_aead(&self, key_type: &KeyType, bits: u32, alg: &Aead) -> bool;

    /// Encrypts and authenticates; the tag comes last.
    fn seal(&self, request: &AeadInput<'_>, plaintext: &Secret) -> Result<Vec<u8>, ProviderError>;

    /// Decrypts what is authentic.
    fn open(&self, request: &AeadInput<'_>, ciphertext: &[u8]) -> Result<Secret, ProviderError>;

    /// Begins to seal what comes in pieces, that many bytes in all.
    fn begin_seal(
        &self,
        _request: &AeadInput<'_>,
        _length: u64,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        Err(no_streams())
    }

    /// Begins to open what comes in pieces, that many bytes of plaintext in all.
    fn begin_open(
        &self,
        _request: &AeadInput<'_>,
        _length: u64,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        Err(no_streams())
    }

    /// Whether keys of this type and size, or of some size if that is 0, wrap others.
    fn has_key_wrap(&self, key_type: &KeyType, bits: u32) -> bool;
}

/// With what something is authenticated and encrypted.
#[derive(Debug, Clone, Copy)]
pub struct AeadInput<'a> {
    /// The key.
    pub key: &'a KeyContext,
    /// The algorithm and the length of the tag.
    pub alg: &'a Aead,
    /// Used once with a key.
    pub nonce: &'a [u8],
    /// Authenticated with it.
    pub additional_data: &'a [u8],
}

fn no_streams() -> ProviderError {
    ProviderError::not_supported("data in pieces with keys that stay on its device")
}
