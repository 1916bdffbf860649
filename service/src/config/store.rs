//! Where a configuration file puts the keys.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::credential::Credential;
use super::default::Environment;
use super::error::ConfigError;
use super::file::File;
use super::source::{Placed, Source};
use super::{KEY_STORE, MASTER_KEY};

/// Where the published service puts its own unless it is told otherwise.
const PUBLISHED_MAPPINGS: &str = "/var/lib/parsec/mappings";
const PUBLISHED_SQLITE: &str =
    "/var/lib/parsec/kim-mappings/sqlite/sqlite-key-info-manager.sqlite3";
/// Our store beside the published service's, whose own files are never touched.
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
}

/// Where the key is that encrypts the key store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MasterKey {
    /// In a file, which the service makes.
    File(PathBuf),
    /// In a credential of systemd, which is read and never written.
    Credential(Placed<Credential>),
}

impl MasterKey {
    /// The file that it is in; whether it is there is not looked at.
    ///
    /// # Errors
    ///
    /// By file and line, what to do where it is a credential and this process has been given none.
    pub fn file(&self) -> Result<PathBuf, ConfigError> {
        match self {
            Self::File(path) => Ok(path.clone()),
            Self::Credential(credential) => credential
                .value
                .file()
                .map_err(|why| credential.wrong(format!("`master_key_credential`: {why}"))),
        }
    }
}

/// The key store and the master key: as [key_store] says, or in the folder that the published
/// service's key manager uses.
pub(super) fn store(
    source: &Source<'_>,
    file: &File,
    environment: &Environment,
    warnings: &mut Vec<String>,
) -> Result<(PathBuf, MasterKey), ConfigError> {
    let managed = managed_folder(source, file, warnings)?;
    let store = match (&file.key_store.path, &managed) {
        (Some(path), _) => source.path(path),
        (None, Some(folder)) => source.path(folder).join(STORE_BESIDE),
        (None, None) => environment.data_folder()?.join(KEY_STORE),
    };
    let master_key = given_master_key(source, &file.key_store)?.unwrap_or_else(|| {
        let name = if managed.is_some() {
            MASTER_KEY_BESIDE
        } else {
            MASTER_KEY
        };
        MasterKey::File(store.with_file_name(name))
    });
    Ok((store, master_key))
}

/// Where the configuration says that the master key is.
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
            "the master key is in a file or in a credential; leave one of the two settings out",
        ));
    }
    let credential = Credential::named(source, name)?;
    Ok(Some(MasterKey::Credential(source.placed(name, credential))))
}

/// The folder of the key manager that the preferred provider uses: there is one store for all of
/// them here. Every manager is looked at, so that a mistake in none goes unnoticed.
fn managed_folder(
    source: &Source<'_>,
    file: &File,
    warnings: &mut Vec<String>,
) -> Result<Option<PathBuf>, ConfigError> {
    let wanted = file
        .provider
        .iter()
        .find_map(|provider| provider.get_ref().key_info_manager.as_ref())
        .map(|name| name.get_ref().as_str());
    let mut chosen = None;
    for (index, manager) in file.key_manager.iter().enumerate() {
        let (at, manager) = (manager.span().start, manager.get_ref());
        let same = |other: &Spanned<RawKeyManager>| other.get_ref().name == manager.name;
        if file.key_manager[..index].iter().any(same) {
            return Err(source.wrong(
                at,
                format!(
                    "there is a [[key_manager]] called {:?} already; give this one another name",
                    manager.name
                ),
            ));
        }
        let folder = folder(source, manager, warnings)?;
        if wanted.is_none_or(|wanted| wanted == manager.name) {
            chosen.get_or_insert(folder);
        }
    }
    if chosen.is_some() {
        warnings.push(
            "keys that the published service stored through a [[key_manager]] are not read; ours \
             are kept in a file beside them"
                .to_owned(),
        );
    }
    Ok(chosen)
}

fn folder(
    source: &Source<'_>,
    manager: &RawKeyManager,
    warnings: &mut Vec<String>,
) -> Result<PathBuf, ConfigError> {
    let kind = manager.manager_type.get_ref().as_str();
    let idle = match kind {
        "OnDisk" => manager.sqlite_db_path.as_ref().map(|_| "sqlite_db_path"),
        _ => (manager.sqlite_db_path.is_some() && manager.store_path.is_some())
            .then_some("store_path"),
    };
    warnings.extend(idle.map(|key| {
        format!(
            "`{key}` of the [[key_manager]] {:?} means nothing for {kind:?} and is ignored",
            manager.name
        )
    }));
    match kind {
        "OnDisk" => Ok(manager
            .store_path
            .clone()
            .unwrap_or_else(|| PUBLISHED_MAPPINGS.into())),
        "SQLite" => {
            let path = match (&manager.sqlite_db_path, &manager.store_path) {
                (Some(path), _) => path.clone(),
                (None, Some(path)) => {
                    warnings.push(
                        "the published service reads `sqlite_db_path`, not `store_path`, for \
                         \"SQLite\"; it is taken for that here"
                            .to_owned(),
                    );
                    path.clone()
                }
                (None, None) => PUBLISHED_SQLITE.into(),
            };
            Ok(path.parent().unwrap_or(Path::new("/")).to_owned())
        }
        other => Err(source.wrong(
            manager.manager_type.span().start,
            format!("there is no manager_type {other:?}; there are \"SQLite\" and \"OnDisk\""),
        )),
    }
}
