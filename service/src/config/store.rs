//! `[key_store]` and `[[key_manager]]`: the locations of the keys.

use std::path::{Path, PathBuf};

use parsec_provider::registration::{Credential, Placed};
use serde::Deserialize;
use toml::Spanned;

use parsec_contracts::quoted;

use super::environment::{Environment, KEY_STORE, MASTER_KEY};
use super::error::ConfigError;
use super::source::Source;
use crate::files::folder_of;

/// The value of `published_keys` that ignores keys of the published service.
pub(super) const IGNORE: &str = "ignore";

/// The published service's default locations.
const PUBLISHED_MAPPINGS: &str = "/var/lib/parsec/mappings";
const PUBLISHED_SQLITE: &str =
    "/var/lib/parsec/kim-mappings/sqlite/sqlite-key-info-manager.sqlite3";
/// The name of our store beside the published service's files, which are never changed.
const STORE_BESIDE: &str = "parsec-keys.sqlite3";
const MASTER_KEY_BESIDE: &str = "parsec-master.key";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawKeyManager {
    pub(super) name: String,
    manager_type: Spanned<String>,
    store_path: Option<PathBuf>,
    sqlite_db_path: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct KeyStoreSection {
    path: Option<PathBuf>,
    master_key_file: Option<PathBuf>,
    pub(super) master_key_credential: Option<Spanned<String>>,
    pub(super) seal_master_key: Option<Spanned<bool>>,
    pub(super) seal_pcrs: Option<Spanned<Vec<u32>>>,
    pub(super) seal_pcr_bank: Option<Spanned<String>>,
    published_keys: Option<Spanned<String>>,
}

/// The location of a published service's key info manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublishedStore {
    /// A folder with one file per key.
    OnDisk(PathBuf),
    /// A SQLite file.
    Sqlite(PathBuf),
}

/// The stores of the published service that may exist on this host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublishedStores {
    /// Those of the configured `[[key_manager]]`s.
    pub configured: Vec<PublishedStore>,
    /// Whether the service starts even if they hold keys.
    pub are_ignored: bool,
}

/// The location of the key that encrypts the key store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MasterKey {
    /// A file, which the service creates.
    File(PathBuf),
    /// A systemd credential, which is read and never written.
    Credential(Placed<Credential>),
}

impl MasterKey {
    /// The path of the key's file; does not check that it exists.
    ///
    /// # Errors
    ///
    /// Advice with file and line if the key is a credential and this process has no credentials.
    pub fn file(&self) -> Result<PathBuf, ConfigError> {
        match self {
            Self::File(path) => Ok(path.clone()),
            Self::Credential(credential) => credential.value.file().map_err(|why| {
                let message = format!("`master_key_credential`: {why}");
                credential.place.wrong(message).into()
            }),
        }
    }
}

/// Resolves the key store and the master key: as set in [key_store], or in the folder of the published
/// service's key manager.
pub(super) fn store(
    source: &Source<'_>,
    section: &KeyStoreSection,
    managers: &[Spanned<RawKeyManager>],
    wanted: Option<&str>,
    environment: &Environment,
    warnings: &mut Vec<String>,
) -> Result<(PathBuf, MasterKey, PublishedStores), ConfigError> {
    let Managers { folder, stores } = read_managers(source, managers, wanted, warnings)?;
    let published = PublishedStores {
        configured: stores,
        are_ignored: are_published_keys_ignored(source, section)?,
    };
    let managed = folder;
    let store = match (&section.path, &managed) {
        (Some(path), _) => source.path(path),
        (None, Some(folder)) => folder.join(STORE_BESIDE),
        (None, None) => environment.data_folder()?.join(KEY_STORE),
    };
    let master_key = given_master_key(source, section)?.unwrap_or_else(|| {
        let name = if managed.is_some() {
            MASTER_KEY_BESIDE
        } else {
            MASTER_KEY
        };
        MasterKey::File(store.with_file_name(name))
    });
    Ok((store, master_key, published))
}

fn are_published_keys_ignored(
    source: &Source<'_>,
    store: &KeyStoreSection,
) -> Result<bool, ConfigError> {
    match &store.published_keys {
        None => Ok(false),
        Some(given) if given.get_ref() == IGNORE => Ok(true),
        Some(given) => Err(source.wrong(
            given.span().start,
            "the only value of published_keys is \"ignore\"; without the setting, the service does \
             not start over keys of the published service",
        )),
    }
}

/// The configured location of the master key.
fn given_master_key(
    source: &Source<'_>,
    store: &KeyStoreSection,
) -> Result<Option<MasterKey>, ConfigError> {
    let file = store.master_key_file.as_deref();
    let Some(name) = &store.master_key_credential else {
        return Ok(file.map(|path| MasterKey::File(source.path(path))));
    };
    if file.is_some() {
        return Err(source.wrong(
            name.span().start,
            "the master key cannot be both in a file and in a credential; remove one of the two settings",
        ));
    }
    let credential = Credential::named(name.get_ref());
    let credential = credential.map_err(|why| source.wrong(name.span().start, why))?;
    Ok(Some(MasterKey::Credential(source.placed(name, credential))))
}

/// The resolved `[[key_manager]]`s.
struct Managers {
    /// The folder of the manager of the preferred provider: there is one store for all providers
    /// here.
    folder: Option<PathBuf>,
    stores: Vec<PublishedStore>,
}

/// Reads every manager, so that errors in unused ones are reported as well.
fn read_managers(
    source: &Source<'_>,
    managers: &[Spanned<RawKeyManager>],
    wanted: Option<&str>,
    warnings: &mut Vec<String>,
) -> Result<Managers, ConfigError> {
    let mut chosen = None;
    let mut stores = Vec::new();
    for (index, manager) in managers.iter().enumerate() {
        let (at, manager) = (manager.span().start, manager.get_ref());
        let same = |other: &Spanned<RawKeyManager>| other.get_ref().name == manager.name;
        if managers[..index].iter().any(same) {
            return Err(source.wrong(
                at,
                format!(
                    "there is already a [[key_manager]] named {}; rename one of them",
                    quoted(&manager.name)
                ),
            ));
        }
        let store = published_store(source, manager, warnings)?;
        if wanted.is_none_or(|wanted| wanted == manager.name) {
            chosen.get_or_insert_with(|| match &store {
                PublishedStore::OnDisk(folder) => folder.clone(),
                PublishedStore::Sqlite(path) => folder_of(path).to_owned(),
            });
        }
        stores.push(store);
    }
    Ok(Managers {
        folder: chosen,
        stores,
    })
}

fn published_store(
    source: &Source<'_>,
    manager: &RawKeyManager,
    warnings: &mut Vec<String>,
) -> Result<PublishedStore, ConfigError> {
    let kind = manager.manager_type.get_ref().as_str();
    let idle = match kind {
        "OnDisk" => manager.sqlite_db_path.as_ref().map(|_| "sqlite_db_path"),
        _ => (manager.sqlite_db_path.is_some() && manager.store_path.is_some())
            .then_some("store_path"),
    };
    warnings.extend(idle.map(|key| {
        format!(
            "`{key}` of the [[key_manager]] {} has no effect for {} and is ignored",
            quoted(&manager.name),
            quoted(kind)
        )
    }));
    match kind {
        "OnDisk" => {
            let folder = manager.store_path.as_deref();
            let folder = folder.unwrap_or(Path::new(PUBLISHED_MAPPINGS));
            Ok(PublishedStore::OnDisk(source.path(folder)))
        }
        "SQLite" => {
            let path = match (&manager.sqlite_db_path, &manager.store_path) {
                (Some(path), _) => path,
                (None, Some(path)) => {
                    warnings.push(
                        "the published service reads `sqlite_db_path`, not `store_path`, for \
                         \"SQLite\"; it is used as that here"
                            .to_owned(),
                    );
                    path
                }
                (None, None) => Path::new(PUBLISHED_SQLITE),
            };
            Ok(PublishedStore::Sqlite(source.path(path)))
        }
        other => Err(source.wrong(
            manager.manager_type.span().start,
            format!(
                "there is no manager_type {other}; there are \"SQLite\" and \"OnDisk\"",
                other = quoted(other)
            ),
        )),
    }
}
