//! The configuration: the published file format, and a default without a file.

mod audience;
mod audit;
mod authenticator;
mod default;
mod display;
mod environment;
mod error;
mod fixed;
mod format;
mod limits;
mod literal;
mod metrics;
mod nearest;
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
use environment::Environment;
pub use error::ConfigError;
pub use limits::{LimitException, Limits, LimitsConfig};
pub use metrics::MetricsConfig;
pub use policy::{PolicyConfig, Rule};
pub use resolved::{Config, ProviderConfig};
pub use store::{MasterKey, PublishedStore, PublishedStores};

/// The configuration file that is used by default.
const SYSTEM_FILE: &str = "/etc/parsec/config.toml";

impl Config {
    /// The host's configuration, `/etc/parsec/config.toml`, or the embedded default if that does not
    /// exist.
    ///
    /// # Errors
    ///
    /// As [`Config::from_file`] and [`Config::embedded_default`].
    pub fn of_this_host() -> Result<Self, ConfigError> {
        Self::of_host_with(Path::new(SYSTEM_FILE))
    }

    fn of_host_with(file: &Path) -> Result<Self, ConfigError> {
        // A file that cannot be inspected exists nevertheless, and reading it returns the error.
        match file.try_exists() {
            Ok(false) => Self::embedded_default(),
            Ok(true) | Err(_) => Self::from_file(file),
        }
    }

    /// Reads a configuration file. Relative paths in it are relative to its folder, so they do not depend
    /// on the working directory.
    ///
    /// # Errors
    ///
    /// The fault in the file, with its line.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        // The file may contain a PIN.
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

    /// Parses the text of a configuration; `name` is its name in errors.
    ///
    /// # Errors
    ///
    /// The fault in the text, with its line.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, ConfigError> {
        resolve::resolve(text, name, None, &Environment::of_this_process())
    }

    /// The default without a file: keys in software, callers identified by user id, everything in the
    /// folders of the user who starts the service.
    ///
    /// # Errors
    ///
    /// Which variable to set, if the environment names no folder.
    pub fn embedded_default() -> Result<Self, ConfigError> {
        default::resolve(&Environment::of_this_process())
    }

    /// The configuration for the tests of an application: keys in software, everything in one folder.
    /// Callers are identified by their user id, or by the name that they choose; administrators are
    /// this user and the application `admin`.
    pub(crate) fn ephemeral(folder: &Path) -> Result<Self, ConfigError> {
        default::ephemeral(folder)
    }
}
