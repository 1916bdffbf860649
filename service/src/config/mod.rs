//! The configuration: the published file format, read as it is, and a default without a file.

mod audience;
mod audit;
mod authenticator;
mod credential;
mod default;
mod display;
mod error;
mod file;
mod fixed;
mod hidden;
mod limits;
mod metrics;
mod nearest;
mod pin;
mod pkcs11;
mod policy;
mod provider;
mod sealing;
mod source;
mod store;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parsec_contracts::{ProviderId, Zeroizing};
use parsec_provider_pkcs11::TokenChoice;

pub use audit::{AuditConfig, AuditTo, Overflow};
pub use authenticator::{AuthenticatorConfig, Mapping, SameClient, Subject};
pub use credential::Credential;
use default::Environment;
pub use error::ConfigError;
pub use limits::{LimitException, Limits, LimitsConfig};
pub use metrics::MetricsConfig;
pub use pin::PinSource;
pub use policy::{PolicyConfig, Rule};
pub use sealing::Sealing;
pub use source::Placed;
pub use store::{MasterKey, PublishedStore, PublishedStores};

/// What the service is to do, with every default filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where it comes from, for the log.
    pub source: String,
    /// Whether the service may run as root.
    pub allow_root: bool,
    /// The socket.
    pub socket_path: PathBuf,
    /// The vsock port that is listened on besides, if one is.
    pub vsock_port: Option<u32>,
    /// For a frame that has begun to arrive, and for an answer to be taken.
    pub read_timeout: Duration,
    /// For the next request on a connection.
    pub idle_timeout: Duration,
    /// For the next request on a connection whose client does not understand extensions.
    pub close_after: Duration,
    /// For running requests to be finished when the service is told to stop.
    pub drain_timeout: Duration,
    /// Connections at once.
    pub max_connections: usize,
    /// Bytes that a request's body may have.
    pub body_len_limit: u32,
    /// Bytes that an answer may have.
    pub buffer_size_limit: usize,
    /// Whether keys for deprecated primitives may be generated.
    pub allow_deprecated: bool,
    /// What is logged, unless `RUST_LOG` says otherwise.
    pub log_level: Option<String>,
    /// Whether log lines begin with the time.
    pub log_timestamp: bool,
    /// Whether the log may say which application met with which error.
    pub log_error_details: bool,
    /// The authenticators, the preferred one first.
    pub authenticators: Vec<AuthenticatorConfig>,
    /// Clients that count as one.
    pub same_clients: Vec<SameClient>,
    /// The key store.
    pub key_store: PathBuf,
    /// Where the key is that encrypts what is in it.
    pub master_key: MasterKey,
    /// Where the published service may have left keys.
    pub published_stores: PublishedStores,
    /// The providers, the preferred one first.
    pub providers: Vec<ProviderConfig>,
    /// The TPM that seals the master key, if one does.
    pub seal_master_key: Option<Sealing>,
    /// What each client may have, and all together.
    pub limits: LimitsConfig,
    /// Who may do what.
    pub policy: PolicyConfig,
    /// Where security events are written down, if they are.
    pub audit: Option<AuditConfig>,
    /// Where the service tells of itself in numbers, if it does.
    pub metrics: Option<MetricsConfig>,
    /// What was accepted but has no meaning here.
    pub warnings: Vec<String>,
}

/// A provider that is switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// Which.
    pub id: ProviderId,
    /// The name under which its keys are stored; changing it hides them.
    pub name: String,
    /// Where its keys are.
    pub device: DeviceConfig,
}

/// What stands behind a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceConfig {
    /// The process itself.
    Software,
    /// A Trusted Platform Module 2.0.
    Tpm {
        /// How it is reached.
        settings: parsec_provider_tpm::Settings,
        /// Whether the service starts without it.
        skip_if_absent: bool,
    },
    /// A PKCS #11 token.
    Pkcs11 {
        /// The vendor's library.
        library: PathBuf,
        /// Which of its tokens.
        token: TokenChoice,
        /// Where the user's PIN is, which is read when the token is opened.
        pin: Option<Placed<PinSource>>,
        /// Whether keys whose policy says so may leave the token.
        allow_export: bool,
        /// When software pads what the token could pad as well.
        software_padding: parsec_provider_pkcs11::SoftwarePadding,
        /// Whether the service starts without it.
        skip_if_absent: bool,
    },
}

/// For a frame that has begun to arrive, where the configuration does not say.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// Clients of the published protocol send one request a connection, and some read to its end.
const CLOSE_AFTER: Duration = Duration::from_millis(50);
/// Below the 30 seconds after which systemd kills.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_CONNECTIONS: usize = 1024;
const BUFFER_SIZE_LIMIT: usize = 1024 * 1024;
const SOCKET: &str = "parsec.sock";
const KEY_STORE: &str = "keys.sqlite3";
const MASTER_KEY: &str = "master.key";

/// The configuration of a service that is started without being told of one.
const SYSTEM_FILE: &str = "/etc/parsec/config.toml";

impl Config {
    /// The host's configuration, `/etc/parsec/config.toml`, or if there is none the embedded
    /// default.
    ///
    /// # Errors
    ///
    /// As [`Config::from_file`] and [`Config::embedded_default`].
    pub fn of_this_host() -> Result<Self, ConfigError> {
        Self::of_host_with(Path::new(SYSTEM_FILE))
    }

    fn of_host_with(file: &Path) -> Result<Self, ConfigError> {
        // One that may not be looked at is there all the same, and reading it says what is wrong.
        match file.try_exists() {
            Ok(false) => Self::embedded_default(),
            Ok(true) | Err(_) => Self::from_file(file),
        }
    }

    /// Reads a configuration file. Relative paths in it begin in its folder, so that it means the
    /// same wherever the service is started.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with file and line.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        // A PIN may be in it.
        let text = fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        file::resolve(
            &text,
            &path.display().to_string(),
            path.parent(),
            &Environment::of_this_process(),
        )
    }

    /// Reads the text of a configuration; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with the line.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, ConfigError> {
        file::resolve(text, name, None, &Environment::of_this_process())
    }

    /// The default without a file: keys in software, callers told apart by user id, everything in
    /// the folders of the user who starts the service.
    ///
    /// # Errors
    ///
    /// Which variable to set, if the environment names no folder.
    pub fn embedded_default() -> Result<Self, ConfigError> {
        default::resolve(&Environment::of_this_process())
    }
}
