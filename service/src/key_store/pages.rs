//! Paged lists of keys, so that no list takes more memory or time than a response may.

use rusqlite::params;

use super::cipher::Cipher;
use super::error::StoreError;
use super::master_key;
use super::row::{KeyRow, columns};
use super::store::KeyStore;
use super::stored_key::{StoredKey, now};
use crate::identity::Identity;

/// The maximum overhead of a key in a response, besides its name and attributes.
const OVERHEAD: usize = 32;

/// The keys to return, and the maximum size of the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageRequest<'a> {
    /// Only keys of this name.
    pub(crate) name: Option<&'a str>,
    /// Only keys after this provider and name.
    pub(crate) after: Option<(&'a str, &'a str)>,
    pub(crate) max_keys: usize,
    /// The maximum length of the response.
    pub(crate) max_bytes: usize,
}

/// A page of a list of keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) keys: Vec<StoredKey>,
    /// Whether more keys follow.
    pub(crate) has_more: bool,
}

impl KeyStore {
    /// A page of an owner's keys, by provider and name.
    pub(crate) fn page(
        &self,
        owner: &Identity,
        wanted: PageRequest<'_>,
    ) -> Result<Page, StoreError> {
        self.with_cipher(|cipher| self.page_with(cipher, owner, wanted))
    }

    fn page_with(
        &self,
        cipher: &Cipher,
        owner: &Identity,
        wanted: PageRequest<'_>,
    ) -> Result<Page, StoreError> {
        let reader = self.reader();
        // A snapshot, because the rows are sealed with the key of this check value.
        let snapshot = reader.unchecked_transaction()?;
        master_key::refuse_outdated_key(&snapshot, cipher)?;
        let mut statement = snapshot.prepare_cached(concat!(
            "SELECT ",
            columns!(),
            " FROM key
             WHERE auth_type = ?1 AND owner = ?2 AND (provider, name) > (?3, ?4)
               AND ifnull(name = ?5, TRUE)
             ORDER BY provider, name",
        ))?;
        let (provider, name) = wanted.after.unwrap_or(("", ""));
        let parameters = params![owner.auth.number(), owner.name, provider, name, wanted.name];
        let (now, mut bytes) = (now(), 0_usize);
        let mut page = Page::default();
        for row in statement.query_map(parameters, KeyRow::read)? {
            let row = row?;
            bytes += row.name.len() + row.attributes.len() + OVERHEAD;
            if page.keys.len() >= wanted.max_keys || bytes > wanted.max_bytes {
                page.has_more = true;
                return Ok(page);
            }
            match row.open(cipher) {
                Ok(_) if row.expiry().is_expired_at(now) => {}
                Ok(key) => page.keys.push(row.listed(Some(key.attributes))),
                Err(error) => {
                    tracing::error!(key = row.id, %error, "a key cannot be read");
                    page.keys.push(row.listed(None));
                }
            }
        }
        Ok(page)
    }
}
