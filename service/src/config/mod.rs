//! The configuration: the published file format, read as it is, and a default without a file.

mod audience;
mod audit;
mod authenticator;
mod credential;
mod default;
mod display;
mod environment;
mod error;
mod fixed;
mod format;
mod hidden;
mod limits;
mod literal;
mod metrics;
mod nearest;
mod pin;
mod pkcs11;
mod policy;
mod provider;
mod resolve;
mod resolved;
mod sealing;
mod source;
mod store;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use parsec_contracts::Zeroizing;

pub use audit::{AuditConfig, AuditTo, Overflow};
pub use authenticator::{AuthenticatorConfig, Mapping, SameClient, Subject};
pub use credential::Credential;
use environment::Environment;
pub use error::ConfigError;
pub use limits::{LimitException, Limits, LimitsConfig};
pub use metrics::MetricsConfig;
pub use pin::PinSource;
pub use policy::{PolicyConfig, Rule};
pub use resolved::{Config, DeviceConfig, ProviderConfig};
pub use sealing::Sealing;
pub use source::Placed;
pub use store::{MasterKey, PublishedStore, PublishedStores};

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
        resolve::resolve(
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
        resolve::resolve(text, name, None, &Environment::of_this_process())
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
