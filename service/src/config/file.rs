//! The configuration file: the published format, and what we have added to it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use parsec_contracts::{AuthType, protocol};
use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::error::ConfigError;
use super::provider::{Provider, providers};
use super::{
    AuthenticatorConfig, BUFFER_SIZE_LIMIT, Config, IDLE_TIMEOUT, KEY_STORE, MASTER_KEY,
    MAX_CONNECTIONS, READ_TIMEOUT,
};

/// Where the published service puts things unless it is told otherwise.
const PUBLISHED_SOCKET: &str = "/run/parsec/parsec.sock";
const PUBLISHED_MAPPINGS: &str = "/var/lib/parsec/mappings";
const PUBLISHED_SQLITE: &str =
    "/var/lib/parsec/kim-mappings/sqlite/sqlite-key-info-manager.sqlite3";
/// Our store beside the published service's, whose own files are never touched.
const STORE_BESIDE: &str = "parsec-keys.sqlite3";
const MASTER_KEY_BESIDE: &str = "parsec-master.key";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    core_settings: CoreSettings,
    listener: Listener,
    authenticator: Authenticator,
    #[serde(default)]
    pub(super) key_manager: Vec<KeyManager>,
    pub(super) provider: Vec<Spanned<Provider>>,
    /// Ours.
    #[serde(default)]
    key_store: KeyStore,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct CoreSettings {
    allow_root: bool,
    thread_pool_size: Option<IgnoredAny>,
    idle_listener_sleep_duration: Option<IgnoredAny>,
    log_level: Option<String>,
    log_timestamp: bool,
    body_len_limit: Option<u32>,
    log_error_details: Option<IgnoredAny>,
    buffer_size_limit: Option<usize>,
    allow_deprecated: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listener {
    listener_type: Spanned<String>,
    /// Milliseconds.
    timeout: Option<u64>,
    socket_path: Option<PathBuf>,
    /// Ours: milliseconds.
    idle_timeout: Option<u64>,
    /// Ours.
    max_connections: Option<Spanned<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Authenticator {
    auth_type: Spanned<String>,
    #[serde(default)]
    admins: Vec<Admin>,
    workload_endpoint: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Admin {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyManager {
    pub(super) name: String,
    manager_type: Spanned<String>,
    store_path: Option<PathBuf>,
    sqlite_db_path: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct KeyStore {
    path: Option<PathBuf>,
    master_key_file: Option<PathBuf>,
}

/// A file's text, for errors that name the line.
pub(super) struct Source<'a> {
    text: &'a str,
    name: &'a str,
}

impl Source<'_> {
    pub(super) fn wrong(&self, at: usize, message: impl Into<String>) -> ConfigError {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        ConfigError::Wrong {
            name: self.name.to_owned(),
            line,
            message: message.into(),
        }
    }
}

pub(super) fn resolve(text: &str, name: &str) -> Result<Config, ConfigError> {
    let source = Source { text, name };
    let file: File = toml::from_str(text).map_err(|error| {
        source.wrong(
            error.span().map_or(0, |span| span.start),
            explained(error.message()),
        )
    })?;
    if rustix::process::geteuid().is_root() && !file.core_settings.allow_root {
        return Err(source.wrong(
            0,
            "the service does not run as root unless `allow_root = true` stands in \
             [core_settings]; better, start it as a user of its own",
        ));
    }
    let mut warnings = Vec::new();
    let providers = providers(&source, &file, &mut warnings)?;
    let (key_store, master_key_file) = store(&source, &file, &mut warnings)?;
    let settings = meaningless(&file.core_settings);
    warnings.extend(settings.into_iter().map(|key| {
        format!("`{key}` in [core_settings] has no meaning for this service and is ignored")
    }));
    let milliseconds = |given: Option<u64>, default| given.map_or(default, Duration::from_millis);
    Ok(Config {
        source: name.to_owned(),
        authenticators: vec![authenticator(&source, &file.authenticator, &mut warnings)?],
        read_timeout: milliseconds(file.listener.timeout, READ_TIMEOUT),
        idle_timeout: milliseconds(file.listener.idle_timeout, IDLE_TIMEOUT),
        max_connections: max_connections(&source, &file.listener)?,
        socket_path: socket(&source, file.listener)?,
        body_len_limit: file
            .core_settings
            .body_len_limit
            .unwrap_or(protocol::BODY_LIMIT),
        buffer_size_limit: file
            .core_settings
            .buffer_size_limit
            .unwrap_or(BUFFER_SIZE_LIMIT),
        allow_deprecated: file.core_settings.allow_deprecated,
        log_level: file.core_settings.log_level,
        log_timestamp: file.core_settings.log_timestamp,
        key_store,
        master_key_file,
        providers,
        warnings,
    })
}

/// Serde says "unknown field `x`, expected one of `a`, `b`"; people want the nearest.
fn explained(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if !message.starts_with("unknown field") || quoted.len() < 2 {
        return message.to_owned();
    }
    let likeness = |known: &&str| strsim::jaro_winkler(quoted[0], known);
    let nearest = quoted[1..]
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let nearest = nearest.copied().unwrap_or_default();
    format!(
        "there is no setting `{}` here; did you mean `{nearest}`?",
        quoted[0]
    )
}

fn meaningless(settings: &CoreSettings) -> Vec<&'static str> {
    [
        ("thread_pool_size", settings.thread_pool_size.is_some()),
        (
            "idle_listener_sleep_duration",
            settings.idle_listener_sleep_duration.is_some(),
        ),
        ("log_error_details", settings.log_error_details.is_some()),
    ]
    .into_iter()
    .filter_map(|(key, given)| given.then_some(key))
    .collect()
}

fn socket(source: &Source<'_>, listener: Listener) -> Result<PathBuf, ConfigError> {
    if listener.listener_type.get_ref() != "DomainSocket" {
        return Err(source.wrong(
            listener.listener_type.span().start,
            "the only listener_type is \"DomainSocket\"",
        ));
    }
    Ok(listener
        .socket_path
        .unwrap_or_else(|| PUBLISHED_SOCKET.into()))
}

fn max_connections(source: &Source<'_>, listener: &Listener) -> Result<usize, ConfigError> {
    match &listener.max_connections {
        None => Ok(MAX_CONNECTIONS),
        Some(given) if (1..=100_000).contains(given.get_ref()) => Ok(*given.get_ref()),
        Some(given) => Err(source.wrong(
            given.span().start,
            "max_connections must be from 1 to 100000",
        )),
    }
}

fn authenticator(
    source: &Source<'_>,
    raw: &Authenticator,
    warnings: &mut Vec<String>,
) -> Result<AuthenticatorConfig, ConfigError> {
    let at = raw.auth_type.span().start;
    let name = raw.auth_type.get_ref().as_str();
    let found = AuthType::ALL
        .iter()
        .find(|known| known.config_names().contains(&name));
    let auth_type = match found {
        Some(AuthType::JwtSvid) => {
            return Err(source.wrong(
                at,
                "\"JwtSvid\" is not built into this service yet; use \"UnixPeerCredentials\"",
            ));
        }
        Some(found) => *found,
        None => {
            return Err(source.wrong(
                at,
                "the auth_type must be \"UnixPeerCredentials\" or \"Direct\"",
            ));
        }
    };
    if raw.workload_endpoint.is_some() {
        warnings.push("`workload_endpoint` belongs to \"JwtSvid\" and is ignored".to_owned());
    }
    let admins = raw.admins.iter().map(|admin| admin.name.clone()).collect();
    Ok(AuthenticatorConfig { auth_type, admins })
}

/// The key store and the master key: as [key_store] says, or in the folder that the published
/// service's key manager uses.
fn store(
    source: &Source<'_>,
    file: &File,
    warnings: &mut Vec<String>,
) -> Result<(PathBuf, PathBuf), ConfigError> {
    let managed = match file.key_manager.first() {
        None => None,
        Some(first) => {
            warnings.push(
                "keys that the published service stored through a [[key_manager]] are not read; \
                 ours are kept in a file beside them"
                    .to_owned(),
            );
            Some(manager_folder(source, first, warnings)?)
        }
    };
    let store = file
        .key_store
        .path
        .clone()
        .unwrap_or_else(|| match &managed {
            Some(folder) => folder.join(STORE_BESIDE),
            None => Path::new("/var/lib/parsec").join(KEY_STORE),
        });
    let master_key = file.key_store.master_key_file.clone().unwrap_or_else(|| {
        let name = if managed.is_some() {
            MASTER_KEY_BESIDE
        } else {
            MASTER_KEY
        };
        store.parent().unwrap_or(Path::new("/")).join(name)
    });
    Ok((store, master_key))
}

fn manager_folder(
    source: &Source<'_>,
    manager: &KeyManager,
    warnings: &mut Vec<String>,
) -> Result<PathBuf, ConfigError> {
    match manager.manager_type.get_ref().as_str() {
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
