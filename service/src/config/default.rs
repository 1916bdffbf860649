//! The embedded default: the settings without a configuration file.

use std::path::Path;

use parsec_contracts::{AuthType, protocol};

use super::authenticator::AuthenticatorConfig;
use super::environment::{Environment, KEY_STORE, MASTER_KEY, SOCKET};
use super::error::ConfigError;
use super::limits::LimitsConfig;
use super::policy::PolicyConfig;
use super::provider;
use super::resolved::{
    BUFFER_SIZE_LIMIT, CLOSE_AFTER, Config, DRAIN_TIMEOUT, IDLE_TIMEOUT, MAX_CONNECTIONS,
    READ_TIMEOUT,
};
use super::store::{MasterKey, PublishedStores};

pub(super) fn resolve(environment: &Environment) -> Result<Config, ConfigError> {
    let data = environment.data_folder()?;
    in_folders(&data, &environment.runtime_folder()?, environment.is_root)
}

pub(super) fn ephemeral(folder: &Path) -> Result<Config, ConfigError> {
    let user = rustix::process::geteuid();
    let by = |auth_type, name: String| AuthenticatorConfig {
        admins: vec![name],
        ..AuthenticatorConfig::of(auth_type)
    };
    Ok(Config {
        source: "--ephemeral".to_owned(),
        log_level: Some("warn".to_owned()),
        authenticators: vec![
            by(AuthType::UnixPeerCredentials, user.as_raw().to_string()),
            by(AuthType::Direct, "admin".to_owned()),
        ],
        ..in_folders(folder, folder, user.is_root())?
    })
}

fn in_folders(data: &Path, runtime: &Path, is_root: bool) -> Result<Config, ConfigError> {
    Ok(Config {
        source: "the embedded default".to_owned(),
        allow_root: is_root,
        socket_path: runtime.join(SOCKET),
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
        providers: vec![provider::embedded_default()?],
        limits: LimitsConfig::default(),
        policy: PolicyConfig::default(),
        audit: None,
        metrics: None,
        warnings: Vec::new(),
    })
}
