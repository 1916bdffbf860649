//! The two uses of the master key: AES-256-GCM for key material, bound to its row, and HMAC-SHA-256
//! over the rows of every table.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hmac::{Hmac, Mac as _};
use parsec_contracts::{Secret, Zeroizing};
use sha2::Sha256;

use super::error::StoreError;

/// The length of the master key in bytes.
pub(super) const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 12;

/// The MAC over rows; its key is derived from the master key.
pub(super) type RowMac = Hmac<Sha256>;

/// The cipher under the master key.
pub(crate) struct Cipher {
    aead: Aes256Gcm,
    row_mac: RowMac,
    /// The check value in the store, which identifies this key.
    check: Vec<u8>,
}

/// The plaintext of the check value.
const CHECK: &[u8] = b"parsec key store";
/// The label from which the key of [`RowMac`] is derived.
const ROWS: &[u8] = b"parsec key store, key of the rows' authentication codes";

impl Cipher {
    /// The cipher for a new key.
    pub(super) fn new(key: &Zeroizing<[u8; KEY_LENGTH]>) -> Result<Self, StoreError> {
        let mut cipher = Self::with_check(key, Vec::new())?;
        cipher.check = cipher.seal_for(b"check", CHECK)?;
        Ok(cipher)
    }

    /// The cipher for the key of the store with that check value; `None` if the key is another store's.
    pub(super) fn of(key: &Zeroizing<[u8; KEY_LENGTH]>, check: Vec<u8>) -> Option<Self> {
        let cipher = Self::with_check(key, check).ok()?;
        let plaintext = cipher.open_for(b"check", &cipher.check).ok()?;
        (plaintext.expose() == CHECK).then_some(cipher)
    }

    fn with_check(key: &Zeroizing<[u8; KEY_LENGTH]>, check: Vec<u8>) -> Result<Self, StoreError> {
        let mac = |key: &[u8]| RowMac::new_from_slice(key).map_err(|_| StoreError::Sealed);
        let derived = mac(&**key)?.chain_update(ROWS).finalize().into_bytes();
        let derived = Zeroizing::new(<[u8; KEY_LENGTH]>::from(derived));
        Ok(Self {
            aead: Aes256Gcm::new((&**key).into()),
            row_mac: mac(&*derived)?,
            check,
        })
    }

    /// The check value to keep in the store.
    pub(super) fn check(&self) -> &[u8] {
        &self.check
    }

    /// The MAC for a row.
    pub(super) fn row_mac(&self) -> RowMac {
        self.row_mac.clone()
    }

    /// Encrypts for the purpose that `aad` names.
    pub(super) fn seal_for(&self, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_LENGTH];
        getrandom::fill(&mut nonce).map_err(|_| StoreError::Random)?;
        let sealed = self
            .aead
            .encrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: plaintext,
                    aad,
                },
            )
            .map_err(|_| StoreError::Sealed)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Decrypts the output of [`Cipher::seal_for`] for the same purpose.
    pub(super) fn open_for(&self, aad: &[u8], sealed: &[u8]) -> Result<Secret, StoreError> {
        let (nonce, ciphertext) = sealed
            .split_first_chunk::<NONCE_LENGTH>()
            .ok_or(StoreError::Sealed)?;
        self.aead
            .decrypt(
                &Nonce::from(*nonce),
                Payload {
                    msg: ciphertext,
                    aad,
                },
            )
            .map(Secret::new)
            .map_err(|_| StoreError::Sealed)
    }
}
