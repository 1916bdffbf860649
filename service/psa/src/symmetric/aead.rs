//! Authenticated encryption: GCM (NIST SP 800-38D), CCM (NIST SP 800-38C, RFC 3610) and
//! ChaCha20-Poly1305 (RFC 8439).
//!
//! Each combines a stream cipher and a hash of the data. They are composed here because the crates
//! of the same names support neither streams nor nonces and tags of lengths known only at run time.

use ::cipher::{
    BlockCipherEncrypt as _, InnerIvInit as _, KeyInit as _, KeyIvInit as _, StreamCipher as _,
    StreamCipherSeek as _,
};
use chacha20::ChaCha20;
use ctr::{Ctr32BE, Ctr128BE, CtrCore};
use ghash::GHash;
use parsec_contracts::types::{Aead, AeadWithDefaultLengthTag as Algorithm, KeyType};
use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::{ProviderError, Streaming};
use poly1305::Poly1305;
use subtle::ConstantTimeEq as _;

use super::authenticator::{Absorber, Authenticator};
use super::block::{BLOCK, Block, BlockCipher};
use super::{Direction, joined, no_match, whole};
use crate::plain;

/// The parameters of one encryption or decryption.
pub(crate) struct AeadRequest<'a> {
    pub(crate) key_type: &'a KeyType,
    pub(crate) key: &'a [u8],
    pub(crate) alg: &'a Aead,
    pub(crate) nonce: &'a [u8],
    pub(crate) additional_data: &'a [u8],
}

/// Whether keys of this type and size support the algorithm; a size of 0 means any size.
pub(crate) fn has(key_type: &KeyType, bits: u32, alg: &Aead) -> bool {
    let type_suits = match alg.algorithm() {
        Algorithm::Gcm | Algorithm::Ccm => matches!(key_type, KeyType::Aes | KeyType::Camellia),
        Algorithm::Chacha20Poly1305 => matches!(key_type, KeyType::Chacha20),
        _ => false,
    };
    type_suits && has_tag(alg) && (bits == 0 || plain::has_size(key_type, bits))
}

fn tag_length(alg: &Aead) -> usize {
    match alg {
        Aead::AeadWithShortenedTag { tag_length, .. } => *tag_length as usize,
        _ => BLOCK,
    }
}

fn has_tag(alg: &Aead) -> bool {
    match (alg.algorithm(), tag_length(alg)) {
        (Algorithm::Ccm, length) => matches!(length, 4 | 6 | 8 | 10 | 12 | 14 | 16),
        (Algorithm::Gcm, length) => matches!(length, 4 | 8 | 12..=16),
        (_, length) => length == BLOCK,
    }
}

/// Encrypts a whole message. The output ends with the tag.
pub(crate) fn encrypt(
    request: &AeadRequest<'_>,
    plaintext: &Secret,
) -> Result<Vec<u8>, ProviderError> {
    let length = plaintext.len() as u64;
    let stream = begin(request, Direction::Encrypt, length)?;
    Ok(whole(stream, plaintext.expose())?.into_vec())
}

/// Decrypts a whole message, and returns nothing before the tag is verified.
pub(crate) fn decrypt(
    request: &AeadRequest<'_>,
    ciphertext: &[u8],
) -> Result<Secret, ProviderError> {
    let length = ciphertext.len().checked_sub(tag_length(request.alg));
    let Some((ciphertext, tag)) = length.map(|length| ciphertext.split_at(length)) else {
        return Err(no_match("tag"));
    };
    let mut stream = begin(request, Direction::Decrypt, ciphertext.len() as u64)?;
    let first = stream.update(ciphertext)?;
    Ok(joined(first, &stream.verify(tag)?))
}

/// Starts. CCM requires the length of the plaintext.
pub(crate) fn begin(
    request: &AeadRequest<'_>,
    direction: Direction,
    plaintext_length: u64,
) -> Result<Box<dyn Streaming>, ProviderError> {
    if !has_tag(request.alg) {
        return Err(ProviderError::not_supported(format_args!(
            "{} with a tag of {} bytes",
            request.alg.algorithm().name(),
            tag_length(request.alg)
        )));
    }
    let parts = match request.alg.algorithm() {
        Algorithm::Gcm => gcm(request)?,
        Algorithm::Ccm => ccm(request, plaintext_length)?,
        Algorithm::Chacha20Poly1305 => chacha20_poly1305(request)?,
        other => return Err(ProviderError::not_supported(other.name())),
    };
    Ok(Box::new(AeadStream {
        direction,
        tag_length: tag_length(request.alg),
        additional_length: request.additional_data.len() as u64,
        text_length: 0,
        parts,
    }))
}

fn wrong_nonce(length: usize, right: &str) -> ProviderError {
    ProviderError::invalid_argument(format!(
        "nonce: has {length} bytes; the algorithm takes {right}"
    ))
}

fn wrong_key(error: impl std::error::Error + Send + Sync + 'static) -> ProviderError {
    ProviderError::invalid_argument("the length of the key is not valid").with_source(error)
}

/// The two halves, and the differences between the algorithms.
struct Parts {
    keystream: Keystream,
    authenticator: Authenticator,
    /// Added to the hash.
    mask: [u8; BLOCK],
    kind: AeadKind,
}

enum AeadKind {
    Gcm,
    /// With the announced length.
    Ccm(u64),
    ChaCha20Poly1305,
}

enum Keystream {
    Ctr32(Box<Ctr32BE<BlockCipher>>),
    Ctr128(Box<Ctr128BE<BlockCipher>>),
    ChaCha20(Box<ChaCha20>),
}

impl Keystream {
    fn apply(&mut self, data: &mut [u8]) -> Result<(), ProviderError> {
        match self {
            Self::Ctr32(cipher) => cipher.try_apply_keystream(data),
            Self::Ctr128(cipher) => cipher.try_apply_keystream(data),
            Self::ChaCha20(cipher) => cipher.try_apply_keystream(data),
        }
        .map_err(|error| {
            ProviderError::invalid_argument("the data is longer than the algorithm allows")
                .with_source(error)
        })
    }
}

fn gcm(request: &AeadRequest<'_>) -> Result<Parts, ProviderError> {
    let cipher = BlockCipher::new(request.key_type, request.key)?;
    let mut subkey = Block::default();
    cipher.encrypt_block(&mut subkey);
    let ghash = || Authenticator::new(Absorber::Ghash(Box::new(GHash::new(&subkey))));
    let mut first = Block::default();
    match request.nonce.len() {
        0 => return Err(wrong_nonce(0, "one byte or more, best 12")),
        12 => {
            first[..12].copy_from_slice(request.nonce);
            first[15] = 1;
        }
        length => {
            let mut hash = ghash();
            hash.absorb(request.nonce);
            hash.end_part();
            hash.absorb(&[0; 8]);
            hash.absorb(&(length as u64 * 8).to_be_bytes());
            first = hash.tag().into();
        }
    }
    let mut keystream = Ctr32BE::from_core(CtrCore::inner_iv_init(cipher, &first));
    let mut mask = [0; BLOCK];
    keystream.apply_keystream(&mut mask);
    let mut authenticator = ghash();
    authenticator.absorb(request.additional_data);
    authenticator.end_part();
    Ok(Parts {
        keystream: Keystream::Ctr32(Box::new(keystream)),
        authenticator,
        mask,
        kind: AeadKind::Gcm,
    })
}

/// The formatting of NIST SP 800-38C, appendix A.
fn ccm(request: &AeadRequest<'_>, length: u64) -> Result<Parts, ProviderError> {
    let nonce = request.nonce;
    if !(7..=13).contains(&nonce.len()) {
        return Err(wrong_nonce(nonce.len(), "7 to 13"));
    }
    let counter_length = 15 - nonce.len();
    if counter_length < 8 && length >> (8 * counter_length) != 0 {
        return Err(ProviderError::invalid_argument(format!(
            "plaintext: is longer than CCM allows with a nonce of {} bytes; use a shorter nonce",
            nonce.len()
        )));
    }
    let cipher = BlockCipher::new(request.key_type, request.key)?;
    let mut counter = Block::default();
    counter[0] = (counter_length - 1) as u8;
    counter[1..=nonce.len()].copy_from_slice(nonce);
    let mut first = counter;
    let has_data = u8::from(!request.additional_data.is_empty());
    first[0] |= (64 * has_data) | (((tag_length(request.alg) - 2) / 2) << 3) as u8;
    first[16 - counter_length..].copy_from_slice(&length.to_be_bytes()[8 - counter_length..]);
    let absorber = Absorber::CbcMac(Box::new(cipher.clone()), Block::default());
    let mut authenticator = Authenticator::new(absorber);
    authenticator.absorb(&first);
    match request.additional_data.len() as u64 {
        0 => {}
        short @ ..0xff00 => authenticator.absorb(&(short as u16).to_be_bytes()),
        long => {
            authenticator.absorb(&[0xff, 0xfe]);
            authenticator.absorb(&(long as u32).to_be_bytes());
        }
    }
    authenticator.absorb(request.additional_data);
    authenticator.end_part();
    let mut keystream = Ctr128BE::from_core(CtrCore::inner_iv_init(cipher, &counter));
    let mut mask = [0; BLOCK];
    keystream.apply_keystream(&mut mask);
    Ok(Parts {
        keystream: Keystream::Ctr128(Box::new(keystream)),
        authenticator,
        mask,
        kind: AeadKind::Ccm(length),
    })
}

fn chacha20_poly1305(request: &AeadRequest<'_>) -> Result<Parts, ProviderError> {
    if request.nonce.len() != 12 {
        return Err(wrong_nonce(request.nonce.len(), "12"));
    }
    let mut keystream = ChaCha20::new_from_slices(request.key, request.nonce).map_err(wrong_key)?;
    let mut key = Zeroizing::new([0; 32]);
    keystream.apply_keystream(&mut *key);
    keystream.seek(64_u64);
    let hash = Poly1305::new_from_slice(&*key).map_err(wrong_key)?;
    let mut authenticator = Authenticator::new(Absorber::Poly1305(Box::new(hash)));
    authenticator.absorb(request.additional_data);
    authenticator.end_part();
    Ok(Parts {
        keystream: Keystream::ChaCha20(Box::new(keystream)),
        authenticator,
        mask: [0; BLOCK],
        kind: AeadKind::ChaCha20Poly1305,
    })
}

/// An encryption or decryption in progress.
struct AeadStream {
    direction: Direction,
    tag_length: usize,
    additional_length: u64,
    text_length: u64,
    parts: Parts,
}

impl AeadStream {
    fn tag(self) -> Result<Secret, ProviderError> {
        let Parts {
            mut authenticator,
            mask,
            kind,
            ..
        } = self.parts;
        authenticator.end_part();
        match kind {
            AeadKind::Gcm => {
                authenticator.absorb(&(self.additional_length * 8).to_be_bytes());
                authenticator.absorb(&(self.text_length * 8).to_be_bytes());
            }
            AeadKind::ChaCha20Poly1305 => {
                authenticator.absorb(&self.additional_length.to_le_bytes());
                authenticator.absorb(&self.text_length.to_le_bytes());
            }
            AeadKind::Ccm(announced) if announced != self.text_length => {
                return Err(ProviderError::invalid_argument(format!(
                    "plaintext_length: {announced} bytes were announced, but {} were sent",
                    self.text_length
                )));
            }
            AeadKind::Ccm(_) => {}
        }
        let mut tag = authenticator.tag();
        tag.iter_mut()
            .zip(mask)
            .for_each(|(tag, mask)| *tag ^= mask);
        Ok(Secret::from(&tag[..self.tag_length]))
    }
}

impl Streaming for AeadStream {
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
        let mut data = Zeroizing::new(input.to_vec());
        self.text_length += input.len() as u64;
        let parts = &mut self.parts;
        // CCM authenticates the plaintext, the others the ciphertext.
        let takes_input =
            matches!(parts.kind, AeadKind::Ccm(_)) == (self.direction == Direction::Encrypt);
        if takes_input {
            parts.authenticator.absorb(&data);
        }
        parts.keystream.apply(&mut data)?;
        if !takes_input {
            parts.authenticator.absorb(&data);
        }
        Ok(Secret::from(data))
    }

    fn finish(self: Box<Self>) -> Result<Secret, ProviderError> {
        match self.direction {
            Direction::Encrypt => self.tag(),
            Direction::Decrypt => Err(ProviderError::new(
                Status::PsaErrorBadState,
                "the decrypted data is not authenticated before its tag is verified; end this \
                 stream with stream_verify",
            )),
        }
    }

    fn verify(self: Box<Self>, expected: &[u8]) -> Result<Secret, ProviderError> {
        if self.direction == Direction::Encrypt {
            return Err(super::nothing_to_verify());
        }
        if self.tag()?.expose().ct_eq(expected).into() {
            return Ok(Secret::default());
        }
        Err(no_match("tag"))
    }
}
