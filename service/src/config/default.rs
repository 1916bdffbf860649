//! The embedded default: what holds without a configuration file.

use std::env;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use parsec_contracts::{AuthType, ProviderId, protocol};

use super::error::ConfigError;
use super::{
    AuthenticatorConfig, BUFFER_SIZE_LIMIT, CLOSE_AFTER, Config, DRAIN_TIMEOUT, DeviceConfig,
    IDLE_TIMEOUT, KEY_STORE, LimitsConfig, MASTER_KEY, MAX_CONNECTIONS, MasterKey, PolicyConfig,
    ProviderConfig, PublishedStores, READ_TIMEOUT, SOCKET,
};

/// The published service's name for its software provider, kept so that keys stay where they are
/// when a configuration file comes later.
pub(super) const SOFTWARE_INSTANCE: &str = "mbed-crypto-provider";

/// What the process is told of where things belong.
#[derive(Debug, Default)]
pub(super) struct Environment {
    pub(super) is_root: bool,
    /// Set by systemd from the unit's StateDirectory and RuntimeDirectory.
    pub(super) state_directory: Option<PathBuf>,
    pub(super) runtime_directory: Option<PathBuf>,
    pub(super) xdg_data_home: Option<PathBuf>,
    pub(super) xdg_runtime_dir: Option<PathBuf>,
    pub(super) home: Option<PathBuf>,
}

impl Environment {
    pub(super) fn of_this_process() -> Self {
        let path = |name| env::var_os(name).and_then(|value| first(&value));
        Self {
            is_root: rustix::process::geteuid().is_root(),
            state_directory: path("STATE_DIRECTORY"),
            runtime_directory: path("RUNTIME_DIRECTORY"),
            xdg_data_home: path("XDG_DATA_HOME"),
            xdg_runtime_dir: path("XDG_RUNTIME_DIR"),
            home: path("HOME"),
        }
    }

    pub(super) fn data_folder(&self) -> Result<PathBuf, ConfigError> {
        if let Some(folder) = &self.state_directory {
            return Ok(folder.clone());
        }
        if self.is_root {
            return Ok("/var/lib/parsec".into());
        }
        let from_home = || Some(self.home.as_ref()?.join(".local/share"));
        let base = self
            .xdg_data_home
            .clone()
            .or_else(from_home)
            .ok_or_else(|| {
                ConfigError::Environment(
                    "there is no folder for the keys: set XDG_DATA_HOME or HOME, or give a \
                 configuration with --config"
                        .to_owned(),
                )
            })?;
        Ok(base.join("parsec"))
    }

    fn runtime_folder(&self) -> Result<PathBuf, ConfigError> {
        if let Some(folder) = &self.runtime_directory {
            return Ok(folder.clone());
        }
        if self.is_root {
            return Ok("/run/parsec".into());
        }
        let base = self.xdg_runtime_dir.as_ref().ok_or_else(|| {
            ConfigError::Environment(
                "there is no folder for the socket: set XDG_RUNTIME_DIR, or give a configuration \
                 with --config"
                    .to_owned(),
            )
        })?;
        Ok(base.join("parsec"))
    }
}

/// systemd separates several folders by colons, the first being the main one. A path that is not
/// absolute would mean another folder wherever the service is started, so it counts as none; the
/// XDG specification wants that too.
fn first(value: &OsStr) -> Option<PathBuf> {
    let first = value.as_bytes().split(|byte| *byte == b':').next()?;
    let path = PathBuf::from(OsStr::from_bytes(first));
    path.is_absolute().then_some(path)
}

pub(super) fn resolve(environment: &Environment) -> Result<Config, ConfigError> {
    let data = environment.data_folder()?;
    Ok(Config {
        source: "the embedded default".to_owned(),
        allow_root: environment.is_root,
        socket_path: environment.runtime_folder()?.join(SOCKET),
        vsock_port: None,
        read_timeout: READ_TIMEOUT,
        idle_timeout: IDLE_TIMEOUT,
        close_after: CLOSE_AFTER,
        drain_timeout: DRAIN_TIMEOUT,
        max_connections: MAX_CONNECTIONS,
        body_len_limit: protocol::BODY_LIMIT,
        buffer_size_limit: BUFFER_SIZE_LIMIT,
        allow_deprecated: false,
        log_level: None,
        log_timestamp: false,
        log_error_details: false,
        authenticators: vec![AuthenticatorConfig::of(AuthType::UnixPeerCredentials)],
        same_clients: Vec::new(),
        key_store: data.join(KEY_STORE),
        master_key: MasterKey::File(data.join(MASTER_KEY)),
        published_stores: PublishedStores::default(),
        seal_master_key: None,
        providers: vec![ProviderConfig {
            id: ProviderId::Software,
            name: SOFTWARE_INSTANCE.to_owned(),
            device: DeviceConfig::Software,
        }],
        limits: LimitsConfig::default(),
        policy: PolicyConfig::default(),
        audit: None,
        metrics: None,
        warnings: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_absolute_folder_counts() {
        let first = |value: &str| first(OsStr::new(value));
        assert_eq!(first("/a:/b"), Some("/a".into()));
        assert_eq!(first("/a"), Some("/a".into()));
        assert_eq!(first("relative"), None);
        assert_eq!(first(""), None);
    }
}
