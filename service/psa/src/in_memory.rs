//! Keys that are byte strings and stay in memory while they are used.

use parsec_contracts::Secret;
use parsec_contracts::types::{Aead, Cipher, KeyAttributes, KeyType, Mac};
use parsec_provider::{KeyContext, ProviderError, Streaming};

use crate::engine::{AeadInput, Secrets};
use crate::symmetric::{self, Direction, aead, cipher, mac};
use crate::{key_wrap, plain};

/// Keys whose material is the key itself. There is nothing to remove: the service stores them.
#[derive(Debug, Clone, Copy, Default)]
pub struct InMemory;

impl Secrets for InMemory {
    fn has_key_type(&self, key_type: &KeyType) -> bool {
        plain::is_plain(key_type)
    }

    fn has_size(&self, key_type: &KeyType, bits: u32) -> bool {
        plain::has_size(key_type, bits)
    }

    fn generate(&self, attributes: &KeyAttributes) -> Result<Secret, ProviderError> {
        plain::generate(&attributes.key_type, attributes.key_bits)
    }

    fn import(&self, _attributes: &KeyAttributes, data: Secret) -> Result<Secret, ProviderError> {
        Ok(data)
    }

    fn export(&self, key: &KeyContext) -> Result<Secret, ProviderError> {
        Ok(key.material.clone())
    }

    fn has_derivation(&self, _attributes: &KeyAttributes) -> bool {
        true
    }

    fn has_mac(&self, key_type: &KeyType, bits: u32, alg: &Mac) -> bool {
        mac::has(key_type, bits, alg)
    }

    fn mac(&self, key: &KeyContext, alg: &Mac, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
        Ok(symmetric::whole(self.begin_mac(key, alg)?, input)?.into_vec())
    }

    fn begin_mac(&self, key: &KeyContext, alg: &Mac) -> Result<Box<dyn Streaming>, ProviderError> {
        mac::begin(&key.attributes.key_type, key.material.expose(), alg)
    }

    fn has_cipher(&self, key_type: &KeyType, bits: u32, alg: Cipher) -> bool {
        cipher::has(key_type, bits, alg)
    }

    fn encrypt(
        &self,
        key: &KeyContext,
        alg: Cipher,
        plaintext: &Secret,
    ) -> Result<Vec<u8>, ProviderError> {
        let stream = self.begin_encryption(key, alg)?;
        Ok(symmetric::whole(stream, plaintext.expose())?.into_vec())
    }

    fn decrypt(
        &self,
        key: &KeyContext,
        alg: Cipher,
        ciphertext: &[u8],
    ) -> Result<Secret, ProviderError> {
        symmetric::whole(self.begin_decryption(key, alg)?, ciphertext)
    }

    fn begin_encryption(
        &self,
        key: &KeyContext,
        alg: Cipher,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        cipher::encryption(&key.attributes.key_type, key.material.expose(), alg)
    }

    fn begin_decryption(
        &self,
        key: &KeyContext,
        alg: Cipher,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        cipher::decryption(&key.attributes.key_type, key.material.expose(), alg)
    }

    fn has_aead(&self, key_type: &KeyType, bits: u32, alg: &Aead) -> bool {
        aead::has(key_type, bits, alg)
    }

    fn seal(&self, request: &AeadInput<'_>, plaintext: &Secret) -> Result<Vec<u8>, ProviderError> {
        aead::encrypt(&in_memory(request), plaintext)
    }

    fn open(&self, request: &AeadInput<'_>, ciphertext: &[u8]) -> Result<Secret, ProviderError> {
        aead::decrypt(&in_memory(request), ciphertext)
    }

    fn begin_seal(
        &self,
        request: &AeadInput<'_>,
        length: u64,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        aead::begin(&in_memory(request), Direction::Encrypt, length)
    }

    fn begin_open(
        &self,
        request: &AeadInput<'_>,
        length: u64,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        aead::begin(&in_memory(request), Direction::Decrypt, length)
    }

    fn has_key_wrap(&self, key_type: &KeyType, bits: u32) -> bool {
        key_wrap::has(key_type, bits)
    }
}

fn in_memory<'a>(request: &AeadInput<'a>) -> aead::AeadRequest<'a> {
    aead::AeadRequest {
        key_type: &request.key.attributes.key_type,
        key: request.key.material.expose(),
        alg: request.alg,
        nonce: request.nonce,
        additional_data: request.additional_data,
    }
}
