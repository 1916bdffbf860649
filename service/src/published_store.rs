//! Detecting keys that the published service left on this host. They are never read or changed here.
//! A start that hid them would make applications create other keys under the same names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::config::{Config, PublishedStore};
use crate::error::ServiceError;
use crate::files::folder_of;

/// The published service's default paths below its data folder.
const MAPPINGS: &str = "mappings";
const SQLITE: &str = "kim-mappings/sqlite/sqlite-key-info-manager.sqlite3";

/// How many levels of folders are searched; the published service has one for applications and one for
/// providers.
const DEPTH: usize = 4;

/// Refuses to start if a store of the published service holds keys, unless the configuration ignores
/// them.
pub(crate) fn refuse(config: &Config) -> Result<(), ServiceError> {
    if config.published_stores.are_ignored {
        return Ok(());
    }
    for store in stores(config) {
        let (path, counted) = match &store {
            PublishedStore::OnDisk(folder) => {
                let counted = count_files(folder, folder_of(&config.key_store), 0);
                (folder, counted.map_err(|error| error.to_string()))
            }
            PublishedStore::Sqlite(file) => {
                (file, count_rows(file).map_err(|error| error.to_string()))
            }
        };
        match counted {
            Ok(0) => {}
            Ok(keys) => {
                return Err(ServiceError::PublishedKeys {
                    path: path.clone(),
                    found: match keys {
                        1 => "holds a key of the published service".to_owned(),
                        keys => format!("holds {keys} keys of the published service"),
                    },
                });
            }
            Err(why) => {
                return Err(ServiceError::PublishedStore {
                    path: path.clone(),
                    why,
                });
            }
        }
    }
    Ok(())
}

/// The configured stores, and those that would be in the folder of our own store if the published
/// service had run with its defaults.
fn stores(config: &Config) -> Vec<PublishedStore> {
    let beside = folder_of(&config.key_store);
    let mut stores = config.published_stores.configured.clone();
    for default in [
        PublishedStore::OnDisk(beside.join(MAPPINGS)),
        PublishedStore::Sqlite(beside.join(SQLITE)),
    ] {
        if !stores.contains(&default) {
            stores.push(default);
        }
    }
    stores
}

/// Counts the files in the subfolders of a folder. Files in the folder itself are not keys, and our own
/// store's folder is skipped.
fn count_files(folder: &Path, ours: &Path, depth: usize) -> io::Result<u64> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut files = 0;
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        let path: PathBuf = entry.path();
        if kind.is_dir() && depth < DEPTH && path != ours {
            files += count_files(&path, ours, depth + 1)?;
        } else if kind.is_file() && depth > 0 {
            files += 1;
        }
    }
    Ok(files)
}

/// Counts the keys in a SQLite file; 0 if the published service's table is missing.
fn count_rows(file: &Path) -> Result<u64, rusqlite::Error> {
    match fs::metadata(file) {
        Err(error) if is_absent(&error) => return Ok(0),
        // SQLite's error says why it cannot be opened.
        _ => {}
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let store = Connection::open_with_flags(file, flags)?;
    let has_keys =
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'key_mapping'";
    if store.query_row(has_keys, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(0);
    }
    let keys: i64 = store.query_row("SELECT count(*) FROM key_mapping", [], |row| row.get(0))?;
    Ok(keys.cast_unsigned())
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(scratch: &Path, manager: &str, more: &str) -> Config {
        let text = format!(
            "[core_settings]\nallow_root = true\n[listener]\nlistener_type = \"DomainSocket\"\n\
             socket_path = \"/run/parsec.sock\"\n[authenticator]\nauth_type = \"Direct\"\n\
             [[key_manager]]\nname = \"keys\"\n{manager}\n[[provider]]\n\
             provider_type = \"MbedCrypto\"\nkey_info_manager = \"keys\"\n[key_store]\n{more}\n"
        );
        let text = text.replace("{}", &scratch.display().to_string());
        Config::from_toml(&text, "config.toml").unwrap()
    }

    /// A store in the published service's format.
    fn sqlite(path: &Path) -> Connection {
        fs::create_dir_all(folder_of(path)).unwrap();
        let store = Connection::open(path).unwrap();
        store
            .execute_batch(
                "CREATE TABLE kim_metadata (id TEXT PRIMARY KEY, int_value INTEGER);
                 INSERT INTO kim_metadata VALUES ('schema_version', 1);
                 CREATE TABLE key_mapping (
                     authenticator_id INTEGER, application_name TEXT, key_name TEXT,
                     provider_uuid TEXT, provider_name TEXT, key_id BLOB,
                     key_id_version INTEGER, key_attributes BLOB, key_attributes_version INTEGER,
                     PRIMARY KEY (authenticator_id, application_name, key_name));",
            )
            .unwrap();
        store
    }

    const ADD: &str = "INSERT INTO key_mapping (authenticator_id, application_name, key_name)
                       VALUES (1, 'web', 'tls')";

    #[test]
    fn refuses_a_published_sqlite_store_that_holds_a_key() {
        let scratch = tempfile::tempdir().unwrap();
        let manager = "manager_type = \"SQLite\"\nsqlite_db_path = \"{}/kim/published.sqlite3\"";
        let refused = |more: &str| refuse(&config(scratch.path(), manager, more));
        assert!(refused("").is_ok(), "no store");
        let store = sqlite(&scratch.path().join("kim/published.sqlite3"));
        assert!(refused("").is_ok(), "it is empty");
        store.execute_batch(ADD).unwrap();
        let why = refused("").unwrap_err().to_string();
        assert!(
            why.contains("published.sqlite3 holds a key of the published service"),
            "{why}"
        );
        assert!(why.contains("published_keys = \"ignore\""), "{why}");
        assert!(refused("published_keys = \"ignore\"").is_ok());
    }

    #[test]
    fn refuses_an_unreadable_published_store() {
        let scratch = tempfile::tempdir().unwrap();
        let manager = "manager_type = \"SQLite\"\nsqlite_db_path = \"{}/published.sqlite3\"";
        fs::write(scratch.path().join("published.sqlite3"), [b'x'; 8192]).unwrap();
        let why = refuse(&config(scratch.path(), manager, "")).unwrap_err();
        assert!(why.to_string().contains("it is unknown whether"), "{why}");
    }

    #[test]
    fn refuses_a_published_folder_that_holds_a_key() {
        let scratch = tempfile::tempdir().unwrap();
        let manager = "manager_type = \"OnDisk\"\nstore_path = \"{}/mappings\"";
        let refused = |more: &str| refuse(&config(scratch.path(), manager, more));
        assert!(refused("").is_ok(), "no store");
        let folder = scratch.path().join("mappings/d2Vi/1c1139dc");
        fs::create_dir_all(&folder).unwrap();
        fs::write(scratch.path().join("mappings/parsec-keys.sqlite3"), "").unwrap();
        assert!(
            refused("").is_ok(),
            "our own store is there, and no key of theirs"
        );
        fs::write(folder.join("dGxz"), "").unwrap();
        fs::write(folder.join("b2xk"), "").unwrap();
        let why = refused("").unwrap_err().to_string();
        assert!(
            why.contains("mappings holds 2 keys of the published service"),
            "{why}"
        );
        assert!(refused("published_keys = \"ignore\"").is_ok());
    }

    #[test]
    fn always_checks_the_published_paths_beside_our_store() {
        let scratch = tempfile::tempdir().unwrap();
        let manager = "manager_type = \"OnDisk\"\nstore_path = \"{}/elsewhere\"";
        let config = config(scratch.path(), manager, "path = \"{}/parsec/keys.sqlite3\"");
        assert!(refuse(&config).is_ok());
        let store = sqlite(&scratch.path().join("parsec").join(SQLITE));
        store.execute_batch(ADD).unwrap();
        assert!(refuse(&config).is_err());
        drop(store);
        fs::remove_dir_all(scratch.path().join("parsec")).unwrap();
        let folder = scratch
            .path()
            .join("parsec")
            .join(MAPPINGS)
            .join("d2Vi/1c1139dc");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("dGxz"), "").unwrap();
        assert!(refuse(&config).is_err());
    }
}
