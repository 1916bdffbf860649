//! Unauthenticated ciphers (PSA Crypto API, 10.4; NIST SP 800-38A; RFC 8439, 2.4).

use cbc::{Decryptor, Encryptor};
use cfb_mode::{BufDecryptor, BufEncryptor};
use chacha20::ChaCha20;
use cipher::{
    BlockCipherDecrypt as _, BlockCipherEncrypt as _, BlockModeDecrypt as _, BlockModeEncrypt as _,
    InnerIvInit as _, KeyIvInit as _, StreamCipher,
};
use ctr::{Ctr128BE, CtrCore};
use ofb::{Ofb, OfbCore};
use parsec_contracts::types::{Cipher, KeyType};
use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::{ProviderError, Streaming};

pub use super::block::BLOCK;
use super::block::{Block, BlockCipher};
use super::{Direction, nothing_to_verify, padding};
use crate::{plain, random};

/// The length of ChaCha20's nonce in bytes; the counter starts at 0.
const CHACHA20_NONCE: usize = 12;

/// Whether keys of this type and size support the algorithm; a size of 0 means any size.
pub(crate) fn has(key_type: &KeyType, bits: u32, alg: Cipher) -> bool {
    let type_suits = match alg {
        Cipher::StreamCipher => matches!(key_type, KeyType::Chacha20),
        Cipher::Xts => false,
        _ => matches!(key_type, KeyType::Aes | KeyType::Camellia),
    };
    type_suits && (bits == 0 || plain::has_size(key_type, bits))
}

/// The length in bytes of the initialization vector that precedes the ciphertext.
pub fn iv_length(alg: Cipher) -> usize {
    match alg {
        Cipher::EcbNoPadding => 0,
        Cipher::StreamCipher => CHACHA20_NONCE,
        _ => BLOCK,
    }
}

/// Splits off the initialization vector.
///
/// # Errors
///
/// [`iv_missing`] if the input is shorter.
pub fn split_iv(alg: Cipher, ciphertext: &[u8]) -> Result<(&[u8], &[u8]), ProviderError> {
    ciphertext
        .split_at_checked(iv_length(alg))
        .ok_or_else(|| iv_missing(alg))
}

/// The error for a ciphertext that is shorter than the initialization vector.
pub fn iv_missing(alg: Cipher) -> ProviderError {
    ProviderError::invalid_argument(format!(
        "ciphertext: is shorter than the {} bytes of the initialisation vector that it begins with",
        iv_length(alg)
    ))
}

/// An error if the algorithm takes only whole blocks and the length is not a multiple of a block.
///
/// # Errors
///
/// `psa-error-invalid-argument` for such a length.
pub fn check_blocks(alg: Cipher, length: usize) -> Result<(), ProviderError> {
    let whole = matches!(alg, Cipher::CbcNoPadding | Cipher::EcbNoPadding);
    if whole && !length.is_multiple_of(BLOCK) {
        return Err(ProviderError::invalid_argument(format!(
            "the data has {length} bytes, but without padding it must be a multiple of {BLOCK}"
        )));
    }
    Ok(())
}

/// Starts to encrypt. The output starts with a random IV.
pub(crate) fn encryption(
    key_type: &KeyType,
    key: &[u8],
    alg: Cipher,
) -> Result<Box<dyn Streaming>, ProviderError> {
    let iv = random::secret(iv_length(alg))?;
    let cipher = begin(key_type, key, alg, Direction::Encrypt, iv.expose())?;
    Ok(Box::new(IvOut { iv, cipher }))
}

/// Starts to decrypt. The input starts with the IV.
pub(crate) fn decryption(
    key_type: &KeyType,
    key: &[u8],
    alg: Cipher,
) -> Result<Box<dyn Streaming>, ProviderError> {
    let length = iv_length(alg);
    if length == 0 {
        return begin(key_type, key, alg, Direction::Decrypt, &[]);
    }
    // An unsupported algorithm is rejected immediately.
    begin(key_type, key, alg, Direction::Decrypt, &vec![0; length])?;
    Ok(Box::new(IvIn {
        key_type: *key_type,
        key: key.into(),
        alg,
        iv: Vec::with_capacity(length),
        cipher: None,
    }))
}

/// Starts with a given IV.
fn begin(
    key_type: &KeyType,
    key: &[u8],
    alg: Cipher,
    direction: Direction,
    iv: &[u8],
) -> Result<Box<dyn Streaming>, ProviderError> {
    if alg == Cipher::StreamCipher {
        if !matches!(key_type, KeyType::Chacha20) {
            return Err(ProviderError::not_supported("stream ciphers of this type"));
        }
        let cipher = ChaCha20::new_from_slices(key, iv).map_err(wrong_length)?;
        return Ok(Box::new(Keystream(cipher)));
    }
    let block = BlockCipher::new(key_type, key)?;
    Ok(match (alg, direction) {
        (Cipher::Ctr, _) => Box::new(Keystream(Ctr128BE::from_core(
            CtrCore::inner_iv_slice_init(block, iv).map_err(wrong_length)?,
        ))),
        (Cipher::Ofb, _) => Box::new(Keystream(Ofb::from_core(
            OfbCore::inner_iv_slice_init(block, iv).map_err(wrong_length)?,
        ))),
        (Cipher::Cfb, Direction::Encrypt) => Box::new(CfbEncryption(
            BufEncryptor::inner_iv_slice_init(block, iv).map_err(wrong_length)?,
        )),
        (Cipher::Cfb, Direction::Decrypt) => Box::new(CfbDecryption(
            BufDecryptor::inner_iv_slice_init(block, iv).map_err(wrong_length)?,
        )),
        (Cipher::EcbNoPadding | Cipher::CbcNoPadding | Cipher::CbcPkcs7, _) => {
            let pads = alg == Cipher::CbcPkcs7;
            let mode = Mode::new(block, alg, direction, iv)?;
            Box::new(Blocks {
                mode,
                pads,
                rest: Zeroizing::default(),
            })
        }
        _ => return Err(ProviderError::not_supported(alg.name())),
    })
}

fn wrong_length(error: impl std::error::Error + Send + Sync + 'static) -> ProviderError {
    ProviderError::invalid_argument("the length of the key or the IV is not valid for the cipher")
        .with_source(error)
}

/// A stream cipher.
struct Keystream<C>(C);

impl<C: StreamCipher + Send> Streaming for Keystream<C> {
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
        let mut data = Zeroizing::new(input.to_vec());
        self.0.try_apply_keystream(&mut data).map_err(|error| {
            ProviderError::invalid_argument("the data is longer than the cipher's counter allows")
                .with_source(error)
        })?;
        Ok(Secret::from(data))
    }

    fn finish(self: Box<Self>) -> Result<Secret, ProviderError> {
        Ok(Secret::default())
    }

    fn verify(self: Box<Self>, _: &[u8]) -> Result<Secret, ProviderError> {
        Err(nothing_to_verify())
    }
}

struct CfbEncryption(BufEncryptor<BlockCipher>);
struct CfbDecryption(BufDecryptor<BlockCipher>);

macro_rules! cfb {
    ($mode:ident, $step:ident) => {
        impl Streaming for $mode {
            fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
                let mut data = Zeroizing::new(input.to_vec());
                self.0.$step(&mut data);
                Ok(Secret::from(data))
            }

            fn finish(self: Box<Self>) -> Result<Secret, ProviderError> {
                Ok(Secret::default())
            }

            fn verify(self: Box<Self>, _: &[u8]) -> Result<Secret, ProviderError> {
                Err(nothing_to_verify())
            }
        }
    };
}

cfb!(CfbEncryption, encrypt);
cfb!(CfbDecryption, decrypt);

/// A mode that takes whole blocks.
enum Mode {
    EcbEncrypt(BlockCipher),
    EcbDecrypt(BlockCipher),
    CbcEncrypt(Encryptor<BlockCipher>),
    CbcDecrypt(Decryptor<BlockCipher>),
}

impl Mode {
    fn new(
        block: BlockCipher,
        alg: Cipher,
        direction: Direction,
        iv: &[u8],
    ) -> Result<Self, ProviderError> {
        Ok(match (alg, direction) {
            (Cipher::EcbNoPadding, Direction::Encrypt) => Self::EcbEncrypt(block),
            (Cipher::EcbNoPadding, Direction::Decrypt) => Self::EcbDecrypt(block),
            (_, Direction::Encrypt) => {
                Self::CbcEncrypt(Encryptor::inner_iv_slice_init(block, iv).map_err(wrong_length)?)
            }
            (_, Direction::Decrypt) => {
                Self::CbcDecrypt(Decryptor::inner_iv_slice_init(block, iv).map_err(wrong_length)?)
            }
        })
    }

    fn decrypts(&self) -> bool {
        matches!(self, Self::EcbDecrypt(_) | Self::CbcDecrypt(_))
    }

    fn apply(&mut self, data: &mut [u8]) {
        let (blocks, _) = Block::slice_as_chunks_mut(data);
        match self {
            Self::EcbEncrypt(cipher) => cipher.encrypt_blocks(blocks),
            Self::EcbDecrypt(cipher) => cipher.decrypt_blocks(blocks),
            Self::CbcEncrypt(mode) => mode.encrypt_blocks(blocks),
            Self::CbcDecrypt(mode) => mode.decrypt_blocks(blocks),
        }
    }
}

/// Buffers incomplete blocks.
struct Blocks {
    mode: Mode,
    pads: bool,
    rest: Zeroizing<Vec<u8>>,
}

impl Blocks {
    /// How many of that many bytes can be processed now: the last block may be padding, which is
    /// known only at the end.
    fn ready(&self, length: usize) -> usize {
        let whole = length - length % BLOCK;
        if whole == length && whole > 0 && self.pads && self.mode.decrypts() {
            return whole - BLOCK;
        }
        whole
    }
}

impl Streaming for Blocks {
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
        let mut data = Zeroizing::new(Vec::with_capacity(self.rest.len() + input.len()));
        data.extend_from_slice(&self.rest);
        data.extend_from_slice(input);
        let ready = self.ready(data.len());
        self.rest = Zeroizing::new(data[ready..].to_vec());
        data.truncate(ready);
        self.mode.apply(&mut data);
        Ok(Secret::from(data))
    }

    fn finish(mut self: Box<Self>) -> Result<Secret, ProviderError> {
        let mut rest = std::mem::take(&mut self.rest);
        let encrypts_padded = self.pads && !self.mode.decrypts();
        if encrypts_padded {
            rest = Zeroizing::new(padding::pad(&rest).to_vec());
        } else if !rest.len().is_multiple_of(BLOCK) || (self.pads && rest.is_empty()) {
            return Err(ProviderError::invalid_argument(format!(
                "the length of the data is not a multiple of the block length, {BLOCK} bytes"
            )));
        }
        self.mode.apply(&mut rest);
        if self.pads
            && self.mode.decrypts()
            && let Ok(block) = <&[u8; BLOCK]>::try_from(&rest[..])
        {
            let length = padding::unpad(block)?;
            rest.truncate(length);
        }
        Ok(Secret::from(rest))
    }

    fn verify(self: Box<Self>, _: &[u8]) -> Result<Secret, ProviderError> {
        Err(nothing_to_verify())
    }
}

/// Writes the IV before the ciphertext.
struct IvOut {
    iv: Secret,
    cipher: Box<dyn Streaming>,
}

impl Streaming for IvOut {
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
        let output = self.cipher.update(input)?;
        Ok(super::joined(std::mem::take(&mut self.iv), &output))
    }

    fn finish(self: Box<Self>) -> Result<Secret, ProviderError> {
        let Self { iv, cipher } = *self;
        Ok(super::joined(iv, &cipher.finish()?))
    }

    fn verify(self: Box<Self>, _: &[u8]) -> Result<Secret, ProviderError> {
        Err(nothing_to_verify())
    }
}

/// Reads the IV before the ciphertext.
struct IvIn {
    key_type: KeyType,
    key: Secret,
    alg: Cipher,
    iv: Vec<u8>,
    cipher: Option<Box<dyn Streaming>>,
}

impl Streaming for IvIn {
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
        if let Some(cipher) = &mut self.cipher {
            return cipher.update(input);
        }
        let missing = iv_length(self.alg) - self.iv.len();
        let (iv, rest) = input.split_at(missing.min(input.len()));
        self.iv.extend_from_slice(iv);
        if self.iv.len() < iv_length(self.alg) {
            return Ok(Secret::default());
        }
        let key = std::mem::take(&mut self.key);
        let cipher = begin(
            &self.key_type,
            key.expose(),
            self.alg,
            Direction::Decrypt,
            &self.iv,
        )?;
        self.cipher.insert(cipher).update(rest)
    }

    fn finish(self: Box<Self>) -> Result<Secret, ProviderError> {
        match self.cipher {
            Some(cipher) => cipher.finish(),
            None => Err(iv_missing(self.alg)),
        }
    }

    fn verify(self: Box<Self>, _: &[u8]) -> Result<Secret, ProviderError> {
        Err(nothing_to_verify())
    }
}
