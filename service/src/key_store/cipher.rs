//! The two uses of the master key: AES-256-GCM for the material of keys, bound to its row, and
//! HMAC-SHA-256 over rows of every table.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hmac::{Hmac, Mac as _};
use parsec_contracts::{Secret, Zeroizing};
use sha2::Sha256;

use super::error::StoreError;

/// Bytes of the master key.
pub(super) const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 12;

/// Keyed with a key of its own, which is derived from the master key.
pub(super) type RowMac = Hmac<Sha256>;

/// The cipher under the master key.
pub(crate) struct Cipher {
    aead: Aes256Gcm,
    row_mac: RowMac,
    /// What stands in the store to tell this key from others.
    check: Vec<u8>,
}

/// What the check value in the store says when it is opened.
const CHECK: &[u8] = b"parsec key store";
/// What the key of [`RowMac`] is derived for.
const ROWS: &[u8] = b"parsec key store, key of the rows' authentication codes";

impl Cipher {
    /// For a key that no store has yet.
    pub(super) fn new(key: &Zeroizing<[u8; KEY_LENGTH]>) -> Result<Self, StoreError> {
        let mut cipher = Self::with_check(key, Vec::new())?;
        cipher.check = cipher.seal_for(b"check", CHECK)?;
        Ok(cipher)
    }

    /// For the key of the store with that check value; `None` if it is another store's.
    pub(super) fn of(key: &Zeroizing<[u8; KEY_LENGTH]>, check: Vec<u8>) -> Option<Self> {
        let cipher = Self::with_check(key, check).ok()?;
        let says = cipher.open_for(b"check", &cipher.check).ok()?;
        (says.expose() == CHECK).then_some(cipher)
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

    /// The check value to stand in the store.
    pub(super) fn check(&self) -> &[u8] {
        &self.check
    }

    /// For the authentication code of a row.
    pub(super) fn row_mac(&self) -> RowMac {
        self.row_mac.clone()
    }

    /// Encrypts for any purpose that `aad` names.
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

    /// Decrypts what [`Cipher::seal_for`] encrypted for the same purpose.
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
