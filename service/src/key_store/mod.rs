//! Keys at rest: one SQLite file, and the master key that encrypts the material in it.
//!
//! The name, attributes and material of a key are one row, written in one transaction that is on disk
//! before the caller gets a response: an acknowledged key survives a power failure, and an
//! unacknowledged one leaves nothing behind. Every look-up goes through the owner's identity.

mod cipher;
mod clients;
mod devices;
mod digest;
mod error;
mod files;
mod integrity;
mod intents;
mod journal;
mod keys;
mod lifetimes;
mod location;
mod log;
mod maintenance;
mod master_key;
mod missing;
mod pages;
mod read_only_journal;
mod rekey;
mod restore;
mod row;
mod schema;
mod store;
mod stored_key;
#[cfg(test)]
mod tests;
mod upgrade;
mod verify;

pub(crate) use devices::{DeviceKey, release};
pub(crate) use error::StoreError;
pub(crate) use files::create_folder;
pub(crate) use journal::DeviceJournal;
pub(crate) use lifetimes::ExpiredBy;
pub(crate) use location::Location;
pub use maintenance::StoreReport;
pub(crate) use maintenance::{back_up, check, try_start};
pub(crate) use pages::PageRequest;
pub(crate) use read_only_journal::ReadOnlyJournal;
pub(crate) use rekey::rekey;
pub(crate) use restore::restore;
pub(crate) use store::KeyStore;
pub(crate) use stored_key::{Expiry, Insert, Rename, StoredKey, now};
