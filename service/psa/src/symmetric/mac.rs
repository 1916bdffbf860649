//! Message authentication codes: HMAC (RFC 2104), CMAC (NIST SP 800-38B), CBC-MAC.

use ::cipher::BlockCipherEncrypt as _;
use ::cipher::common::InnerInit as _;
use cmac::Cmac;
use hmac::{Hmac, KeyInit as _, Mac as Code};
use parsec_contracts::types::{FullLengthMac, Hash, KeyType, Mac};
use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::{ProviderError, Streaming};
use subtle::ConstantTimeEq as _;

use super::block::{BLOCK, Block, BlockCipher};
use super::no_match;
use crate::hashing::{self, with_hash};
use crate::plain;

/// The shortest tag that a PSA policy can name (`PSA_ALG_TRUNCATED_MAC`).
const SHORTEST_TAG: usize = 4;

/// The algorithm of a code, and the length of its truncated tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MacForm {
    /// The algorithm.
    pub code: FullLengthMac,
    /// The length of the tag in bytes.
    pub length: usize,
}

impl MacForm {
    /// The form of an algorithm.
    pub fn of(alg: &Mac) -> Self {
        let (code, length) = match alg {
            Mac::FullLength(full) => (*full, full_length(*full)),
            Mac::Truncated {
                mac_alg,
                mac_length,
            } => (*mac_alg, *mac_length as usize),
            #[allow(unreachable_patterns)] // The contracts may gain forms.
            _ => (FullLengthMac::Cmac, 0),
        };
        Self { code, length }
    }

    /// Whether the algorithm has tags of that length.
    pub fn is_possible(self) -> bool {
        (SHORTEST_TAG..=full_length(self.code)).contains(&self.length)
    }

    /// An error if the algorithm has no tags of that length.
    ///
    /// # Errors
    ///
    /// `psa-error-invalid-argument` for such a length.
    pub fn check(self) -> Result<(), ProviderError> {
        if self.is_possible() {
            return Ok(());
        }
        Err(ProviderError::invalid_argument(format!(
            "alg: a tag of {} bytes; this code has {SHORTEST_TAG} to {}",
            self.length,
            full_length(self.code)
        )))
    }
}

fn full_length(code: FullLengthMac) -> usize {
    match code {
        FullLengthMac::Hmac { hash_alg } => hash_alg.length(),
        _ => BLOCK,
    }
}

/// Whether keys of this type and size support the algorithm; a size of 0 means any size.
pub(crate) fn has(key_type: &KeyType, bits: u32, alg: &Mac) -> bool {
    let form = MacForm::of(alg);
    let type_suits = match form.code {
        FullLengthMac::Hmac { hash_alg } => {
            matches!(key_type, KeyType::Hmac) && hashing::has(hash_alg)
        }
        _ => matches!(key_type, KeyType::Aes | KeyType::Camellia),
    };
    type_suits && form.is_possible() && (bits == 0 || plain::has_size(key_type, bits))
}

/// Starts a code.
pub(crate) fn begin(
    key_type: &KeyType,
    key: &[u8],
    alg: &Mac,
) -> Result<Box<dyn Streaming>, ProviderError> {
    let form = MacForm::of(alg);
    form.check()?;
    let length = form.length;
    Ok(match form.code {
        FullLengthMac::Hmac { hash_alg } => hmac(hash_alg, key, length)?,
        FullLengthMac::Cmac => {
            let code = Cmac::inner_init(BlockCipher::new(key_type, key)?);
            Box::new(Tag { code, length })
        }
        FullLengthMac::CbcMac => {
            let cipher = BlockCipher::new(key_type, key)?;
            let code = CbcMac {
                cipher,
                state: Block::default(),
                filled: 0,
                begun: false,
            };
            Box::new(Tag { code, length })
        }
        #[allow(unreachable_patterns)] // The contracts may gain codes.
        other => return Err(ProviderError::not_supported(format_args!("{other}"))),
    })
}

fn hmac(hash: Hash, key: &[u8], length: usize) -> Result<Box<dyn Streaming>, ProviderError> {
    with_hash!(hash, D => {
        let code = Hmac::<D>::new_from_slice(key).map_err(|error| {
            ProviderError::invalid_argument("the length of the key is not valid").with_source(error)
        })?;
        Ok(Box::new(Tag { code, length }) as Box<dyn Streaming>)
    })
}

/// An algorithm that computes a tag.
trait Tagging: Send {
    fn absorb(&mut self, input: &[u8]);
    fn tag(self) -> Result<Zeroizing<Vec<u8>>, ProviderError>;
}

impl<C: Code + Send> Tagging for C {
    fn absorb(&mut self, input: &[u8]) {
        self.update(input);
    }

    fn tag(self) -> Result<Zeroizing<Vec<u8>>, ProviderError> {
        Ok(Zeroizing::new(self.finalize().into_bytes().to_vec()))
    }
}

/// CBC-MAC over whole blocks. It is only secure for messages of one length.
struct CbcMac {
    cipher: BlockCipher,
    state: Block,
    filled: usize,
    begun: bool,
}

impl Tagging for CbcMac {
    fn absorb(&mut self, input: &[u8]) {
        for byte in input {
            self.state[self.filled] ^= byte;
            self.filled += 1;
            self.begun = true;
            if self.filled == BLOCK {
                self.cipher.encrypt_block(&mut self.state);
                self.filled = 0;
            }
        }
    }

    fn tag(self) -> Result<Zeroizing<Vec<u8>>, ProviderError> {
        if self.filled != 0 || !self.begun {
            return Err(ProviderError::invalid_argument(format!(
                "input: CBC-MAC takes one or more whole blocks of {BLOCK} bytes"
            )));
        }
        Ok(Zeroizing::new(self.state.to_vec()))
    }
}

/// A code, and the length of its tag.
struct Tag<C> {
    code: C,
    length: usize,
}

impl<C: Tagging> Tag<C> {
    fn end(self) -> Result<Secret, ProviderError> {
        let mut tag = self.code.tag()?;
        tag.truncate(self.length);
        Ok(Secret::from(tag))
    }
}

impl<C: Tagging> Streaming for Tag<C> {
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
        self.code.absorb(input);
        Ok(Secret::default())
    }

    fn finish(self: Box<Self>) -> Result<Secret, ProviderError> {
        self.end()
    }

    fn verify(self: Box<Self>, expected: &[u8]) -> Result<Secret, ProviderError> {
        if self.end()?.expose().ct_eq(expected).into() {
            return Ok(Secret::default());
        }
        Err(no_match("authentication code"))
    }
}
