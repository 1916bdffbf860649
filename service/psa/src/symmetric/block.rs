//! Block ciphers, chosen at run time by the type and size of the key.

use aes::{Aes128, Aes192, Aes256};
use camellia::{Camellia128, Camellia192, Camellia256};
use cipher::consts::U16;
use cipher::{
    BlockCipherDecClosure, BlockCipherDecrypt, BlockCipherEncClosure, BlockCipherEncrypt,
    BlockSizeUser, KeyInit as _,
};
use parsec_contracts::types::KeyType;
use parsec_provider::ProviderError;

/// The length of a block in bytes.
pub const BLOCK: usize = 16;

/// A block.
pub(super) type Block = cipher::Array<u8, U16>;

macro_rules! block_ciphers {
    ($($cipher:ident: $key_type:pat, $length:literal;)*) => {
        /// A block cipher with its key.
        #[derive(Clone)]
        pub(super) enum BlockCipher {
            $($cipher(Box<$cipher>),)*
        }

        impl BlockCipher {
            /// The cipher of the key.
            pub(super) fn new(key_type: &KeyType, key: &[u8]) -> Result<Self, ProviderError> {
                match (key_type, key.len()) {
                    $(($key_type, $length) => $cipher::new_from_slice(key)
                        .map(|cipher| Self::$cipher(Box::new(cipher)))
                        .map_err(|error| no_such_cipher().with_source(error)),)*
                    _ => Err(no_such_cipher()),
                }
            }
        }

        impl BlockCipherEncrypt for BlockCipher {
            fn encrypt_with_backend(&self, f: impl BlockCipherEncClosure<BlockSize = U16>) {
                match self {
                    $(Self::$cipher(cipher) => cipher.encrypt_with_backend(f),)*
                }
            }
        }

        impl BlockCipherDecrypt for BlockCipher {
            fn decrypt_with_backend(&self, f: impl BlockCipherDecClosure<BlockSize = U16>) {
                match self {
                    $(Self::$cipher(cipher) => cipher.decrypt_with_backend(f),)*
                }
            }
        }
    };
}

block_ciphers! {
    Aes128: KeyType::Aes, 16;
    Aes192: KeyType::Aes, 24;
    Aes256: KeyType::Aes, 32;
    Camellia128: KeyType::Camellia, 16;
    Camellia192: KeyType::Camellia, 24;
    Camellia256: KeyType::Camellia, 32;
}

impl BlockSizeUser for BlockCipher {
    type BlockSize = U16;
}

fn no_such_cipher() -> ProviderError {
    ProviderError::not_supported("block ciphers with keys of this type and size")
}
