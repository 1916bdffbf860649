//! A row of the key table, and the data its material is bound to.

use parsec_contracts::types::KeyAttributes;
use parsec_contracts::{Body as _, Secret};
use parsec_provider::{KeyContext, KeyId};
use rusqlite::{Connection, Row, params};

use super::cipher::Cipher;
use super::error::StoreError;
use super::stored_key::{Expiry, StoredKey, key_id, owner_of};
use crate::identity::Identity;

/// The columns that [`KeyRow::read`] expects, in their order.
macro_rules! columns {
    () => {
        "id, auth_type, owner, provider, name, attributes, material, expires_at, session, created_at"
    };
}
pub(super) use columns;

/// The SQL condition that a key has not expired at the time in that parameter.
macro_rules! is_alive {
    ($now:literal) => {
        concat!("ifnull(expires_at > ?", $now, ", TRUE)")
    };
}
pub(super) use is_alive;

/// The columns that are authenticated with the material of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    /// Owner, provider, name and attributes: versions 1 to 4 of the tables.
    Identity,
    /// Every column.
    WholeRow,
}

/// A stored key.
#[derive(Debug, Clone, Default)]
pub(super) struct KeyRow {
    pub(super) id: i64,
    /// The authenticator's number, which may be unknown to this version of the service.
    pub(super) auth: u8,
    pub(super) owner: String,
    pub(super) provider: String,
    pub(super) name: String,
    pub(super) attributes: Vec<u8>,
    pub(super) sealed: Vec<u8>,
    pub(super) expires_at: Option<i64>,
    pub(super) session: Option<i64>,
    pub(super) created_at: i64,
}

impl KeyRow {
    /// Reads the row of a statement that selects [`columns`].
    pub(super) fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: row.get(0)?,
            auth: row.get(1)?,
            owner: row.get(2)?,
            provider: row.get(3)?,
            name: row.get(4)?,
            attributes: row.get(5)?,
            sealed: row.get(6)?,
            expires_at: row.get(7)?,
            session: row.get(8)?,
            created_at: row.get(9)?,
        })
    }

    /// Inserts the row.
    pub(super) fn insert(&self, store: &Connection) -> Result<usize, rusqlite::Error> {
        store
            .prepare_cached(concat!(
                "INSERT INTO key (",
                columns!(),
                ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            ))?
            .execute(params![
                self.id,
                self.auth,
                self.owner,
                self.provider,
                self.name,
                self.attributes,
                self.sealed,
                self.expires_at,
                self.session,
                self.created_at
            ])
    }

    /// The associated data of the material. Each part has its length in front, so that no two rows have
    /// the same bytes.
    fn associated_data(&self, binding: Binding) -> Vec<u8> {
        let mut bytes = match binding {
            Binding::Identity => vec![self.auth],
            Binding::WholeRow => {
                let mut bytes = WHOLE_ROW.to_vec();
                bytes.extend(self.id.to_le_bytes());
                bytes.extend(self.created_at.to_le_bytes());
                for end in [self.expires_at, self.session] {
                    bytes.push(u8::from(end.is_some()));
                    bytes.extend(end.unwrap_or_default().to_le_bytes());
                }
                bytes.push(self.auth);
                bytes
            }
        };
        for part in [
            self.owner.as_bytes(),
            self.provider.as_bytes(),
            self.name.as_bytes(),
            &self.attributes,
        ] {
            bytes.extend((part.len() as u64).to_le_bytes());
            bytes.extend(part);
        }
        bytes
    }

    /// Encrypts material, bound to all columns of the row: a fresh nonce, then ciphertext and tag.
    pub(super) fn seal(&self, cipher: &Cipher, material: &Secret) -> Result<Vec<u8>, StoreError> {
        cipher.seal_for(&self.associated_data(Binding::WholeRow), material.expose())
    }

    /// Decrypts the material of the row.
    pub(super) fn open_material(
        &self,
        cipher: &Cipher,
        binding: Binding,
    ) -> Result<Secret, StoreError> {
        cipher.open_for(&self.associated_data(binding), &self.sealed)
    }

    /// Opens the key; an error if its row was changed.
    pub(super) fn open(&self, cipher: &Cipher) -> Result<KeyContext, StoreError> {
        let material = self.open_material(cipher, Binding::WholeRow)?;
        let attributes =
            KeyAttributes::decode(&self.attributes).map_err(|_| StoreError::Attributes)?;
        Ok(KeyContext {
            id: self.key_id(),
            attributes,
            material,
        })
    }

    pub(super) fn key_id(&self) -> KeyId {
        key_id(self.id)
    }

    /// The owner; `None` if this version of the service does not know the authenticator.
    pub(super) fn owner(&self) -> Option<Identity> {
        owner_of(self.auth, self.owner.clone())
    }

    /// When the key expires.
    pub(super) fn expiry(&self) -> Expiry {
        Expiry::of(
            self.session.map(i64::cast_unsigned),
            self.expires_at.map(i64::cast_unsigned),
        )
    }

    /// Sets when the key expires.
    pub(super) fn set_expiry(&mut self, expiry: Expiry) {
        self.expires_at = expiry
            .time()
            .map(|time| i64::try_from(time).unwrap_or(i64::MAX));
        self.session = expiry.session().map(u64::cast_signed);
    }

    /// The entry for a list of keys.
    pub(super) fn listed(self, attributes: Option<KeyAttributes>) -> StoredKey {
        StoredKey {
            id: self.key_id(),
            provider: self.provider,
            name: self.name,
            attributes,
        }
    }
}

/// The prefix of the associated data of a whole row. Rows of earlier versions cannot begin with it,
/// because no authenticator has the number of its first letter.
const WHOLE_ROW: &[u8] = b"parsec key, whole row\n";
