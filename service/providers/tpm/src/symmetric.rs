//! HMAC and AES keys in the chip.

use parsec_contracts::types::{Aead, Cipher, FullLengthMac, KeyAttributes, KeyType, Mac};
use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::{KeyContext, ProviderError, turn};
use parsec_psa::{AeadInput, MacForm, Secrets, check_blocks, iv_length, split_iv};
use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm, SymmetricMode};
use tss_esapi::interface_types::key_bits::AesKeyBits;
use tss_esapi::structures::{
    Digest, InitialValue, KeyedHashScheme, MaxBuffer, Public, PublicBuilder,
    PublicKeyedHashParameters, SensitiveData, SymmetricCipherParameters, SymmetricDefinitionObject,
};

use crate::abilities::Task;
use crate::chip::{Chip, Encrypted};
use crate::convert;
use crate::engine::{TpmEngine, never_leaves};
use crate::error::failed;
use crate::random;

/// Bytes that one command takes; what is longer is not for a chip.
const AT_ONCE: usize = MaxBuffer::MAX_SIZE;
/// The largest HMAC key is a block of its hash (TPM 2.0 Part 1, 11.4.3).
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
        self.device.with_chip(move |chip| {
            let bytes = random::draw(chip, attributes.key_bits as usize / 8)?;
            make(chip, &attributes, &bytes)
        })
    }

    fn import(&self, attributes: &KeyAttributes, data: Secret) -> Result<Secret, ProviderError> {
        let attributes = *attributes;
        self.device
            .with_chip(move |chip| make(chip, &attributes, &data))
    }

    fn export(&self, _key: &KeyContext) -> Result<Secret, ProviderError> {
        Err(never_leaves())
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
        .ok_or_else(|| ProviderError::not_supported(format_args!("{alg:?} in a TPM")))?;
        form.check()?;
        let input = at_once(input)?;
        let key = key.clone();
        let code = self.device.with_chip(move |chip| {
            chip.with_key(
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
            && mode(alg).is_some()
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

pub(crate) fn mode(alg: Cipher) -> Option<SymmetricMode> {
    Some(match alg {
        Cipher::Ctr => SymmetricMode::Ctr,
        Cipher::Cfb => SymmetricMode::Cfb,
        Cipher::Ofb => SymmetricMode::Ofb,
        Cipher::CbcNoPadding => SymmetricMode::Cbc,
        Cipher::EcbNoPadding => SymmetricMode::Ecb,
        _ => return None,
    })
}

fn at_once(data: &[u8]) -> Result<MaxBuffer, ProviderError> {
    MaxBuffer::try_from(data).map_err(|error| {
        ProviderError::not_supported(format_args!(
            "{} bytes at once; a TPM takes {AT_ONCE}",
            data.len()
        ))
        .with_source(error)
    })
}

impl TpmEngine {
    /// Puts the data through the cipher, a command's worth at a time, between which others have
    /// their turn.
    fn cipher(
        &self,
        key: &KeyContext,
        alg: Cipher,
        decrypt: bool,
        iv: &[u8],
        data: &[u8],
    ) -> Result<Secret, ProviderError> {
        let mode = mode(alg).ok_or_else(|| ProviderError::not_supported(alg.name()))?;
        check_blocks(alg, data.len())?;
        let mut vector = InitialValue::try_from(iv).map_err(failed("ciphering"))?;
        let mut output = Zeroizing::new(Vec::with_capacity(data.len()));
        for piece in data.chunks(AT_ONCE) {
            turn::pause()?;
            let (key, piece) = (key.clone(), at_once(piece)?);
            let (some, next) = self.device.with_chip(move |chip| {
                let (piece, before) = (piece.clone(), vector.clone());
                chip.with_key(&key, "ciphering", Encrypted::Both, |context, handle| {
                    context.encrypt_decrypt_2(handle, decrypt, mode, piece, before)
                })
            })?;
            output.extend_from_slice(some.value());
            vector = next;
        }
        Ok(Secret::from(output))
    }
}

/// Makes an object of bytes that are there already.
fn make(
    chip: &mut Chip,
    attributes: &KeyAttributes,
    bytes: &Secret,
) -> Result<Secret, ProviderError> {
    let template =
        template(attributes, true, Digest::default()).map_err(failed("describing the key"))?;
    let sensitive =
        SensitiveData::try_from(bytes.expose()).map_err(failed("describing the key"))?;
    chip.create("making the key", template, Some(sensitive))?
        .encode()
}

/// A key of bytes, which stays in this chip if it is fixed; `unique` is its public part where that
/// is known.
pub(crate) fn template(
    attributes: &KeyAttributes,
    is_fixed: bool,
    unique: Digest,
) -> Result<Public, tss_esapi::Error> {
    let is_hmac = matches!(attributes.key_type, KeyType::Hmac);
    let objects = ObjectAttributesBuilder::new()
        .with_fixed_tpm(is_fixed)
        .with_fixed_parent(is_fixed)
        .with_user_with_auth(true)
        .with_no_da(true)
        .with_sign_encrypt(true)
        // A keyed hash without a scheme of its own has both (Part 1, 25.1.7), and takes any hash.
        .with_decrypt(true)
        .build()?;
    let builder = PublicBuilder::new()
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(objects);
    if is_hmac {
        return builder
            .with_public_algorithm(PublicAlgorithm::KeyedHash)
            .with_keyed_hash_parameters(PublicKeyedHashParameters::new(KeyedHashScheme::Null))
            .with_keyed_hash_unique_identifier(unique)
            .build();
    }
    let key_bits = match attributes.key_bits {
        128 => AesKeyBits::Aes128,
        192 => AesKeyBits::Aes192,
        _ => AesKeyBits::Aes256,
    };
    builder
        .with_public_algorithm(PublicAlgorithm::SymCipher)
        .with_symmetric_cipher_parameters(SymmetricCipherParameters::new(
            SymmetricDefinitionObject::Aes {
                key_bits,
                mode: SymmetricMode::Null,
            },
        ))
        .with_symmetric_cipher_unique_identifier(unique)
        .build()
}
