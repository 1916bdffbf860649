//! Operations on HMAC and AES keys.

use parsec_contracts::types::{Aead, Cipher, FullLengthMac, KeyAttributes, KeyType, Mac};
use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::{KeyContext, ProviderError, turn};
use parsec_psa::{AeadInput, MacForm, Secrets, check_blocks, iv_length, split_iv};
use tss_esapi::structures::{Digest, InitialValue, MaxBuffer, SensitiveData};

use crate::abilities::Task;
use crate::convert::{self, cipher_mode};
use crate::engine::{TpmEngine, not_exportable};
use crate::error::failed;
use crate::random;
use crate::symmetric_template;
use crate::tpm::{Encrypted, Tpm};

/// The maximum number of bytes per command.
const MAX_INPUT: usize = MaxBuffer::MAX_SIZE;
/// The largest HMAC key is a block of its hash function (TPM 2.0 Part 1, 11.4.3).
const HMAC_BITS: u32 = 512;

impl Secrets for TpmEngine {
    fn has_key_type(&self, key_type: &KeyType) -> bool {
        match key_type {
            KeyType::Hmac => {
                let mut hashes = self.abilities.hashes.iter();
                hashes.any(|hash| self.abilities.does(Task::Hmac(*hash)))
            }
            KeyType::Aes => !self.abilities.aes.is_empty(),
            _ => false,
        }
    }

    fn has_size(&self, key_type: &KeyType, bits: u32) -> bool {
        match key_type {
            KeyType::Hmac => bits != 0 && bits <= HMAC_BITS && bits.is_multiple_of(8),
            KeyType::Aes => self.abilities.aes.contains(&bits),
            _ => false,
        }
    }

    fn generate(&self, attributes: &KeyAttributes) -> Result<Secret, ProviderError> {
        let attributes = *attributes;
        self.device.with_tpm(move |tpm| {
            let bytes = random::draw(tpm, attributes.key_bits as usize / 8)?;
            make(tpm, &attributes, &bytes)
        })
    }

    fn import(&self, attributes: &KeyAttributes, data: Secret) -> Result<Secret, ProviderError> {
        let attributes = *attributes;
        self.device
            .with_tpm(move |tpm| make(tpm, &attributes, &data))
    }

    fn export(&self, _key: &KeyContext) -> Result<Secret, ProviderError> {
        Err(not_exportable())
    }

    fn has_mac(&self, key_type: &KeyType, bits: u32, alg: &Mac) -> bool {
        let form = MacForm::of(alg);
        let FullLengthMac::Hmac { hash_alg } = form.code else {
            return false;
        };
        matches!(key_type, KeyType::Hmac)
            && self.abilities.hashes.contains(&hash_alg)
            && self.abilities.does(Task::Hmac(hash_alg))
            && form.is_possible()
            && (bits == 0 || Secrets::has_size(self, key_type, bits))
    }

    fn mac(&self, key: &KeyContext, alg: &Mac, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let form = MacForm::of(alg);
        let hash = match form.code {
            FullLengthMac::Hmac { hash_alg } => convert::hash(hash_alg),
            _ => None,
        }
        .ok_or_else(|| ProviderError::not_supported(format_args!("{alg} in a TPM")))?;
        form.check()?;
        let input = at_once(input)?;
        let key = key.clone();
        let code = self.device.with_tpm(move |tpm| {
            tpm.with_key(
                &key,
                "authenticating",
                Encrypted::Both,
                |context, handle| context.hmac(handle.into(), input.clone(), hash),
            )
        })?;
        Ok(code.value()[..form.length.min(code.len())].to_vec())
    }

    fn has_cipher(&self, key_type: &KeyType, bits: u32, alg: Cipher) -> bool {
        self.abilities.encrypts
            && matches!(key_type, KeyType::Aes)
            && cipher_mode(alg).is_some()
            && self.abilities.aes.iter().any(|size| {
                (bits == 0 || bits == *size) && self.abilities.does(Task::Cipher(*size, alg))
            })
    }

    fn encrypt(
        &self,
        key: &KeyContext,
        alg: Cipher,
        plaintext: &Secret,
    ) -> Result<Vec<u8>, ProviderError> {
        let iv = random::bytes(&self.device, iv_length(alg))?;
        let output = self.cipher(key, alg, false, iv.expose(), plaintext.expose())?;
        Ok([iv.expose(), output.expose()].concat())
    }

    fn decrypt(
        &self,
        key: &KeyContext,
        alg: Cipher,
        ciphertext: &[u8],
    ) -> Result<Secret, ProviderError> {
        let (iv, data) = split_iv(alg, ciphertext)?;
        self.cipher(key, alg, true, iv, data)
    }

    fn has_aead(&self, _key_type: &KeyType, _bits: u32, _alg: &Aead) -> bool {
        false
    }

    fn seal(
        &self,
        _request: &AeadInput<'_>,
        _plaintext: &Secret,
    ) -> Result<Vec<u8>, ProviderError> {
        Err(no_aead())
    }

    fn open(&self, _request: &AeadInput<'_>, _ciphertext: &[u8]) -> Result<Secret, ProviderError> {
        Err(no_aead())
    }

    fn has_key_wrap(&self, _key_type: &KeyType, _bits: u32) -> bool {
        false
    }
}

fn no_aead() -> ProviderError {
    ProviderError::not_supported("authenticated encryption in a TPM")
}

fn at_once(data: &[u8]) -> Result<MaxBuffer, ProviderError> {
    MaxBuffer::try_from(data).map_err(|error| {
        ProviderError::not_supported(format_args!(
            "{} bytes in one command; a TPM supports up to {MAX_INPUT}",
            data.len()
        ))
        .with_source(error)
    })
}

impl TpmEngine {
    /// Encrypts or decrypts, with one command for each part of the data, between which other
    /// requests run.
    fn cipher(
        &self,
        key: &KeyContext,
        alg: Cipher,
        decrypt: bool,
        iv: &[u8],
        data: &[u8],
    ) -> Result<Secret, ProviderError> {
        let mode = cipher_mode(alg).ok_or_else(|| ProviderError::not_supported(alg.name()))?;
        check_blocks(alg, data.len())?;
        let mut vector = InitialValue::try_from(iv).map_err(failed("ciphering"))?;
        let mut output = Zeroizing::new(Vec::with_capacity(data.len()));
        for piece in data.chunks(MAX_INPUT) {
            turn::pause()?;
            let (key, piece) = (key.clone(), at_once(piece)?);
            let (some, next) = self.device.with_tpm(move |tpm| {
                let (piece, before) = (piece.clone(), vector.clone());
                tpm.with_key(&key, "ciphering", Encrypted::Both, |context, handle| {
                    context.encrypt_decrypt_2(handle, decrypt, mode, piece, before)
                })
            })?;
            output.extend_from_slice(some.value());
            vector = next;
        }
        Ok(Secret::from(output))
    }
}

/// Creates a key from its bytes.
fn make(
    tpm: &mut Tpm,
    attributes: &KeyAttributes,
    bytes: &Secret,
) -> Result<Secret, ProviderError> {
    let template = symmetric_template::symmetric(attributes, true, Digest::default())
        .map_err(failed("describing the key"))?;
    let sensitive =
        SensitiveData::try_from(bytes.expose()).map_err(failed("describing the key"))?;
    tpm.create("creating the key", template, Some(sensitive))?
        .encode()
}
