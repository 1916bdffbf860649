//! The configuration: the published file format, read as it is, and a default without a file.

mod default;
mod error;
mod file;
mod provider;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parsec_contracts::{AuthType, ProviderId};

pub use error::ConfigError;

/// What the service is to do, with every default filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where it comes from, for the log.
    pub source: String,
    /// The socket.
    pub socket_path: PathBuf,
    /// For a frame that has begun to arrive, and for an answer to be taken.
    pub read_timeout: Duration,
    /// For the next request on a connection.
    pub idle_timeout: Duration,
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
    /// The authenticators, the preferred one first.
    pub authenticators: Vec<AuthenticatorConfig>,
    /// The key store.
    pub key_store: PathBuf,
    /// The key that encrypts what is in it.
    pub master_key_file: PathBuf,
    /// The providers, the preferred one first.
    pub providers: Vec<ProviderConfig>,
    /// What was accepted but has no meaning here.
    pub warnings: Vec<String>,
}

/// An authenticator that is switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatorConfig {
    /// Which.
    pub auth_type: AuthType,
    /// The applications that are administrators.
    pub admins: Vec<String>,
}

/// A provider that is switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// Which.
    pub id: ProviderId,
    /// The name under which its keys are stored; changing it hides them.
    pub name: String,
}

/// Milliseconds for a frame, where the configuration does not say.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
const MAX_CONNECTIONS: usize = 4096;
const BUFFER_SIZE_LIMIT: usize = 1024 * 1024;
const SOCKET: &str = "parsec.sock";
const KEY_STORE: &str = "keys.sqlite3";
const MASTER_KEY: &str = "master.key";

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with file and line.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::from_toml(&text, &path.display().to_string())
    }

    /// Reads the text of a configuration; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with the line.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, ConfigError> {
        file::resolve(text, name)
    }

    /// The default without a file: keys in software, callers told apart by user id, everything in
    /// the folders of the user who starts the service.
    ///
    /// # Errors
    ///
    /// Which variable to set, if the environment names no folder.
    pub fn embedded_default() -> Result<Self, ConfigError> {
        default::resolve(&default::Environment::of_this_process())
    }
}

/// The settings that hold, as `--check` prints them.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# from {}", self.source)?;
        writeln!(f, "socket_path       = {:?}", self.socket_path)?;
        writeln!(f, "timeout           = {}", self.read_timeout.as_millis())?;
        writeln!(f, "idle_timeout      = {}", self.idle_timeout.as_millis())?;
        writeln!(f, "max_connections   = {}", self.max_connections)?;
        writeln!(f, "body_len_limit    = {}", self.body_len_limit)?;
        writeln!(f, "buffer_size_limit = {}", self.buffer_size_limit)?;
        writeln!(f, "allow_deprecated  = {}", self.allow_deprecated)?;
        writeln!(f, "key_store         = {:?}", self.key_store)?;
        writeln!(f, "master_key_file   = {:?}", self.master_key_file)?;
        for one in &self.authenticators {
            writeln!(
                f,
                "authenticator     = {:?} # admins: {:?}",
                one.auth_type.name(),
                one.admins
            )?;
        }
        for one in &self.providers {
            writeln!(
                f,
                "provider          = {:?} # keys stored under {:?}",
                one.id.name(),
                one.name
            )?;
        }
        Ok(())
    }
}
