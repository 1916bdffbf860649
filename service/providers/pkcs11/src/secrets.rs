//! Operations on HMAC and AES keys of the token.

use cryptoki::error::Error;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, KeyType as TokenKeyType, ObjectClass};
use cryptoki::types::Ulong;
use parsec_contracts::types::{
    Aead, AeadWithDefaultLengthTag, Cipher, FullLengthMac, KeyAttributes, KeyType, Mac,
};
use parsec_contracts::{Secret, Status};
use parsec_provider::{KeyContext, ProviderError, Streaming};
use parsec_psa::{AeadInput, BLOCK, MacForm, Secrets, check_blocks, iv_length, oaep, split_iv};

use crate::connection::lock;
use crate::error::{cipher_error, failed, is_bad_ciphertext, not_exportable};
use crate::known::{self, Answer};
use crate::mechanism::{self, CounterParameters, GCM_TAG, GCM_TAGS, cipher_mechanism, cipher_type};
use crate::stream::{CipherDecryption, CipherEncryption, MacComputation};
use crate::template::{self, Uses};
use crate::token_engine::TokenEngine;

/// The length of a nonce that every token supports, in bytes (NIST SP 800-38D, 8.2.1).
const GCM_NONCE: usize = 12;
/// The longest nonce that is tested (PKCS #11 v2.40 with errata, 2.12.3: `ulIvLen`).
const MAX_NONCE: usize = 256;
impl Secrets for TokenEngine {
    fn has_key_type(&self, key_type: &KeyType) -> bool {
        match key_type {
            KeyType::Aes => self.abilities.has(MechanismType::AES_KEY_GEN, 0),
            KeyType::Hmac => self.abilities.has(MechanismType::GENERIC_SECRET_KEY_GEN, 0),
            _ => false,
        }
    }

    fn has_size(&self, key_type: &KeyType, bits: u32) -> bool {
        let bytes = bits as usize / 8;
        match key_type {
            KeyType::Aes => {
                matches!(bits, 128 | 192 | 256)
                    && self.abilities.has(MechanismType::AES_KEY_GEN, bytes)
            }
            KeyType::Hmac => {
                bits != 0
                    && bits.is_multiple_of(8)
                    // Tokens count these in bits or in bytes.
                    && (self.abilities.has(MechanismType::GENERIC_SECRET_KEY_GEN, bytes)
                        || self
                            .abilities
                            .has(MechanismType::GENERIC_SECRET_KEY_GEN, bits as usize))
            }
            _ => false,
        }
    }

    fn generate(&self, attributes: &KeyAttributes) -> Result<Secret, ProviderError> {
        self.make(|object| {
            let may_leave = self.may_leave(attributes);
            let mut template = template::secret(&object.id, Uses::of(attributes), may_leave);
            template.push(Attribute::ValueLen(Ulong::from(u64::from(
                attributes.key_bits / 8,
            ))));
            let mechanism = match attributes.key_type {
                KeyType::Aes => Mechanism::AesKeyGen,
                _ => Mechanism::GenericSecretKeyGen,
            };
            self.token
                .make(&object.id, |session, made| {
                    let handle = session.generate_key(&mechanism, &template)?;
                    made.push((ObjectClass::SECRET_KEY, handle));
                    Ok(())
                })?
                .map_err(failed("generating the key"))?;
            Ok(())
        })
    }

    fn import(&self, attributes: &KeyAttributes, data: Secret) -> Result<Secret, ProviderError> {
        self.make(|object| {
            let may_leave = self.may_leave(attributes);
            let mut template = template::secret(&object.id, Uses::of(attributes), may_leave);
            template.push(Attribute::Class(ObjectClass::SECRET_KEY));
            template.push(Attribute::KeyType(match attributes.key_type {
                KeyType::Aes => TokenKeyType::AES,
                _ => TokenKeyType::GENERIC_SECRET,
            }));
            template.push(Attribute::Value(data.expose().to_vec()));
            let made = self.token.make(&object.id, |session, made| {
                let handle = session.create_object(&template)?;
                made.push((ObjectClass::SECRET_KEY, handle));
                Ok(())
            });
            template::wipe(template);
            made?.map_err(failed("importing the key"))?;
            Ok(())
        })
    }

    fn export(&self, key: &KeyContext) -> Result<Secret, ProviderError> {
        self.token
            .with_object(key, ObjectClass::SECRET_KEY, |session, handle| {
                let value = session.get_attributes(handle, &[AttributeType::Value])?;
                Ok(value.into_iter().find_map(|attribute| match attribute {
                    Attribute::Value(bytes) => Some(Secret::new(bytes)),
                    _ => None,
                }))
            })?
            .map_err(failed("exporting the key"))?
            .ok_or_else(not_exportable)
    }

    fn has_derivation(&self, attributes: &KeyAttributes) -> bool {
        self.may_leave(attributes)
    }

    fn has_mac(&self, key_type: &KeyType, bits: u32, alg: &Mac) -> bool {
        let form = MacForm::of(alg);
        let is_there = match (form.code, key_type) {
            (FullLengthMac::Hmac { hash_alg }, KeyType::Hmac) => mechanism::hash(hash_alg)
                // Some tokens require a key as long as the hash, as RFC 2104, 3, recommends.
                .is_some_and(|hash| self.abilities.has(hash.hmac, bits as usize / 8)),
            (FullLengthMac::Cmac, KeyType::Aes) => self
                .abilities
                .has(MechanismType::AES_CMAC, bits as usize / 8),
            _ => false,
        };
        is_there && form.is_possible() && (bits == 0 || Secrets::has_size(self, key_type, bits))
    }

    fn mac_key_lengths(&self, alg: &Mac) -> Option<(usize, usize)> {
        let mechanism = match MacForm::of(alg).code {
            FullLengthMac::Hmac { hash_alg } => mechanism::hash(hash_alg)?.hmac,
            _ => return None,
        };
        self.abilities.range(mechanism)
    }

    fn mac(&self, key: &KeyContext, alg: &Mac, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let (mechanism, length) = mac_mechanism(alg)?;
        let mut code = self
            .token
            .with_object(key, ObjectClass::SECRET_KEY, |session, handle| {
                session.sign(&mechanism, handle, input)
            })?
            .map_err(failed("authenticating"))?;
        code.truncate(length);
        Ok(code)
    }

    fn begin_mac(&self, key: &KeyContext, alg: &Mac) -> Result<Box<dyn Streaming>, ProviderError> {
        let (mechanism, length) = mac_mechanism(alg)?;
        let (session, handle) = self.token.own_session(key, ObjectClass::SECRET_KEY)?;
        session
            .run(|session| session.sign_init(&mechanism, handle))
            .map_err(failed("authenticating"))?;
        Ok(Box::new(MacComputation::new(session, length)))
    }

    fn has_cipher(&self, key_type: &KeyType, bits: u32, alg: Cipher) -> bool {
        matches!(key_type, KeyType::Aes)
            && cipher_type(alg)
                .is_some_and(|mechanism| self.abilities.has(mechanism, bits as usize / 8))
            && (bits == 0 || Secrets::has_size(self, key_type, bits))
    }

    fn encrypt(
        &self,
        key: &KeyContext,
        alg: Cipher,
        plaintext: &Secret,
    ) -> Result<Vec<u8>, ProviderError> {
        let vector = new_vector(alg)?;
        check_blocks(alg, plaintext.len())?;
        let counter = CounterParameters::new(vector);
        let mechanism = cipher_mechanism(alg, vector, &counter)?;
        let output = self
            .token
            .with_object(key, ObjectClass::SECRET_KEY, |session, handle| {
                session.encrypt(&mechanism, handle, plaintext.expose())
            })?
            .map_err(failed("encrypting"))?;
        Ok([&vector[..iv_length(alg)], &output].concat())
    }

    fn decrypt(
        &self,
        key: &KeyContext,
        alg: Cipher,
        ciphertext: &[u8],
    ) -> Result<Secret, ProviderError> {
        let (vector, data) = split_vector(alg, ciphertext)?;
        check_blocks(alg, data.len())?;
        if alg == Cipher::CbcPkcs7 && (data.is_empty() || !data.len().is_multiple_of(BLOCK)) {
            return Err(oaep::wrong_padding());
        }
        let counter = CounterParameters::new(vector);
        let mechanism = cipher_mechanism(alg, vector, &counter)?;
        self.token
            .with_object(key, ObjectClass::SECRET_KEY, |session, handle| {
                session.decrypt(&mechanism, handle, data).map(Secret::new)
            })?
            .map_err(|error| cipher_error(alg, error))
    }

    fn begin_encryption(
        &self,
        key: &KeyContext,
        alg: Cipher,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        let vector = new_vector(alg)?;
        let counter = CounterParameters::new(vector);
        let mechanism = cipher_mechanism(alg, vector, &counter)?;
        let (session, handle) = self.token.own_session(key, ObjectClass::SECRET_KEY)?;
        session
            .run(|session| session.encrypt_init(&mechanism, handle))
            .map_err(failed("encrypting"))?;
        let first = vector[..iv_length(alg)].to_vec();
        Ok(Box::new(CipherEncryption::new(session, alg, first)))
    }

    fn begin_decryption(
        &self,
        key: &KeyContext,
        alg: Cipher,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        let (session, handle) = self.token.own_session(key, ObjectClass::SECRET_KEY)?;
        Ok(Box::new(CipherDecryption::new(session, handle, alg)))
    }

    fn has_aead(&self, key_type: &KeyType, bits: u32, alg: &Aead) -> bool {
        matches!(key_type, KeyType::Aes)
            && tag_length(alg).is_some_and(|tag| self.abilities.gcm_tags.contains(&tag))
            && self
                .abilities
                .has(MechanismType::AES_GCM, bits as usize / 8)
            && (bits == 0 || Secrets::has_size(self, key_type, bits))
    }

    fn seal(&self, request: &AeadInput<'_>, plaintext: &Secret) -> Result<Vec<u8>, ProviderError> {
        self.with_gcm(request, |session, handle, mechanism| {
            session.encrypt(mechanism, handle, plaintext.expose())
        })?
        .map_err(failed("encrypting"))
    }

    fn open(&self, request: &AeadInput<'_>, ciphertext: &[u8]) -> Result<Secret, ProviderError> {
        let tag = tag_length(request.alg).unwrap_or(GCM_TAG);
        if ciphertext.len() < tag as usize {
            return Err(ProviderError::invalid_argument(
                "ciphertext: is shorter than the tag that it ends with",
            ));
        }
        self.with_gcm(request, |session, handle, mechanism| {
            session
                .decrypt(mechanism, handle, ciphertext)
                .map(Secret::new)
        })?
        .map_err(|error| match is_bad_ciphertext(&error) {
            true => ProviderError::new(
                Status::PsaErrorInvalidSignature,
                "the ciphertext, its nonce or the additional data was changed, or another key was \
                 used",
            ),
            false => failed("decrypting")(error),
        })
    }

    fn has_key_wrap(&self, _key_type: &KeyType, _bits: u32) -> bool {
        false
    }
}

impl TokenEngine {
    /// Rejects nonces that the token does not use completely: some tokens truncate long ones, so
    /// that two messages would be encrypted with the same nonce.
    fn check_nonce(&self, length: usize, tag: u32) -> Result<(), ProviderError> {
        if length == 0 {
            return Err(ProviderError::invalid_argument("nonce: is empty"));
        }
        if length == GCM_NONCE || (length <= MAX_NONCE && self.supports_gcm(length, tag)?) {
            return Ok(());
        }
        Err(ProviderError::not_supported(format_args!(
            "GCM with nonces of {length} bytes on this token; {GCM_NONCE} are usual"
        )))
    }

    /// Whether the token computes GCM correctly with these lengths of nonce and tag; tested once.
    fn supports_gcm(&self, nonce: usize, tag: u32) -> Result<bool, ProviderError> {
        let asked = lock(&self.gcm_shapes).get(&(nonce, tag)).copied();
        if let Some(does) = asked {
            return Ok(does);
        }
        let answer = known::gcm(&self.token, nonce, tag)?;
        let does = matches!(answer, Answer::Right);
        if !does {
            tracing::warn!(
                nonce, tag, token = %self.token.settings().token,
                "the token does not compute GCM correctly with nonces of this length, which are rejected"
            );
        }
        lock(&self.gcm_shapes).insert((nonce, tag), does);
        Ok(does)
    }

    fn with_gcm<T>(
        &self,
        request: &AeadInput<'_>,
        run: impl Fn(
            &cryptoki::session::Session,
            cryptoki::object::ObjectHandle,
            &Mechanism<'_>,
        ) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        let tag = tag_length(request.alg)
            .ok_or_else(|| ProviderError::not_supported(format_args!("{}", request.alg)))?;
        self.check_nonce(request.nonce.len(), tag)?;
        self.token
            .with_object(request.key, ObjectClass::SECRET_KEY, |session, handle| {
                let mut nonce = request.nonce.to_vec();
                let bits = Ulong::from(u64::from(tag * 8));
                let parameters = GcmParams::new(&mut nonce, request.additional_data, bits)?;
                run(session, handle, &Mechanism::AesGcm(parameters))
            })
    }
}

fn tag_length(alg: &Aead) -> Option<u32> {
    let (base, length) = match alg {
        Aead::AeadWithDefaultLengthTag(base) => (base, GCM_TAG),
        Aead::AeadWithShortenedTag {
            aead_alg,
            tag_length,
        } => (aead_alg, *tag_length),
        #[allow(unreachable_patterns)] // The contracts may gain forms.
        _ => return None,
    };
    (*base == AeadWithDefaultLengthTag::Gcm && GCM_TAGS.contains(&length)).then_some(length)
}

/// The mechanism of a MAC, and the length of its truncated tag.
fn mac_mechanism(alg: &Mac) -> Result<(Mechanism<'static>, usize), ProviderError> {
    let form = MacForm::of(alg);
    let mechanism = match form.code {
        FullLengthMac::Hmac { hash_alg } => mechanism::hmac(hash_alg),
        FullLengthMac::Cmac => Some(Mechanism::AesCMac),
        _ => None,
    }
    .ok_or_else(|| ProviderError::not_supported(format_args!("{alg} with keys of a token")))?;
    form.check()?;
    Ok((mechanism, form.length))
}

fn new_vector(alg: Cipher) -> Result<[u8; BLOCK], ProviderError> {
    let mut vector = [0; BLOCK];
    let length = iv_length(alg);
    vector[..length].copy_from_slice(parsec_psa::random_secret(length)?.expose());
    Ok(vector)
}

fn split_vector(alg: Cipher, ciphertext: &[u8]) -> Result<([u8; BLOCK], &[u8]), ProviderError> {
    let (given, data) = split_iv(alg, ciphertext)?;
    let mut vector = [0; BLOCK];
    vector[..given.len()].copy_from_slice(given);
    Ok((vector, data))
}
