//! Encrypting the material of keys: AES-256-GCM, bound to the row in which it stands.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use parsec_contracts::{Secret, Zeroizing};

use super::error::StoreError;
use crate::identity::Identity;

/// Bytes of the master key.
pub(super) const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 12;

/// The cipher under the master key.
pub(crate) struct Cipher {
    aead: Aes256Gcm,
    /// What stands in the store to tell this key from others.
    check: Vec<u8>,
}

/// What the check value in the store says when it is opened.
const CHECK: &[u8] = b"parsec key store";

/// What the material is bound to: were a row's owner, name or policy changed in the file, the
/// material would not open any more.
pub(super) struct Row<'a> {
    pub(super) owner: &'a Identity,
    pub(super) provider: &'a str,
    pub(super) name: &'a str,
    pub(super) attributes: &'a [u8],
}

impl Row<'_> {
    /// Each part behind its length, so that no two rows give the same bytes.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.owner.auth.number()];
        for part in [
            self.owner.name.as_bytes(),
            self.provider.as_bytes(),
            self.name.as_bytes(),
            self.attributes,
        ] {
            bytes.extend((part.len() as u64).to_le_bytes());
            bytes.extend(part);
        }
        bytes
    }
}

impl Cipher {
    /// For a key that no store has yet.
    pub(super) fn new(key: &Zeroizing<[u8; KEY_LENGTH]>) -> Result<Self, StoreError> {
        let mut cipher = Self {
            aead: Aes256Gcm::new((&**key).into()),
            check: Vec::new(),
        };
        cipher.check = cipher.seal_for(b"check", CHECK)?;
        Ok(cipher)
    }

    /// For the key of the store with that check value; `None` if it is another store's.
    pub(super) fn of(key: &Zeroizing<[u8; KEY_LENGTH]>, check: Vec<u8>) -> Option<Self> {
        let cipher = Self {
            aead: Aes256Gcm::new((&**key).into()),
            check,
        };
        let says = cipher.open_for(b"check", &cipher.check).ok()?;
        (says.expose() == CHECK).then_some(cipher)
    }

    /// The check value to stand in the store.
    pub(super) fn check(&self) -> &[u8] {
        &self.check
    }

    /// Encrypts the material for its row: a fresh nonce, then ciphertext and tag.
    pub(super) fn seal(&self, row: &Row<'_>, material: &Secret) -> Result<Vec<u8>, StoreError> {
        self.seal_for(&row.bytes(), material.expose())
    }

    /// Decrypts the material of a row.
    pub(super) fn open(&self, row: &Row<'_>, sealed: &[u8]) -> Result<Secret, StoreError> {
        self.open_for(&row.bytes(), sealed)
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
