//! Settings for starting a service.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Service;

/// Configures the service of a test.
///
/// Without a configuration, the service runs on its embedded default, with its folders in the
/// temporary folder.
#[derive(Debug, Default)]
pub struct Builder {
    config: Option<String>,
    environment: Vec<(OsString, OsString)>,
}

impl Builder {
    /// Starts with this configuration file instead of the embedded default.
    ///
    /// Replaces `{socket}`, `{state}` and `{scratch}` in it by the paths of this service.
    #[must_use]
    pub fn config(mut self, toml: impl Into<String>) -> Self {
        self.config = Some(toml.into());
        self
    }

    /// Sets a variable in the service's environment.
    #[must_use]
    pub fn env(mut self, key: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((key.into(), value.into()));
        self
    }

    /// Starts the service and waits until it responds to a ping.
    ///
    /// # Panics
    ///
    /// If it does not start, with its output.
    pub fn start(self) -> Service {
        self.try_start()
            .unwrap_or_else(|error| panic!("the service did not start: {error}"))
    }

    /// As [`Builder::start`], returning the failure.
    ///
    /// # Errors
    ///
    /// The service's output before it exited, or the reason why it could not be run.
    pub fn try_start(self) -> io::Result<Service> {
        let mut service = self.try_prepare()?;
        service.try_launch()?;
        Ok(service)
    }

    /// Creates the folders and the configuration of a service that is not running yet.
    ///
    /// # Panics
    ///
    /// If they cannot be created.
    pub fn prepare(self) -> Service {
        self.try_prepare()
            .unwrap_or_else(|error| panic!("no folders for a service: {error}"))
    }

    fn try_prepare(self) -> io::Result<Service> {
        let scratch = tempfile::Builder::new().prefix("parsec-").tempdir()?;
        // Other users must be able to reach the socket, and nothing else.
        mode(scratch.path(), 0o711)?;
        folder(&scratch, "run", 0o755)?;
        folder(&scratch, "state", 0o700)?;
        if let Some(text) = self.config {
            write(scratch.path(), CONFIG, &text)?;
        }
        Ok(Service::new(scratch, self.environment))
    }
}

/// The name of the configuration file.
pub(crate) const CONFIG: &str = "config.toml";

/// Writes a file with the paths of this service filled in.
pub(crate) fn write(scratch: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let path = scratch.join(name);
    fs::write(&path, fill(text, scratch))?;
    Ok(path)
}

fn folder(scratch: &TempDir, name: &str, permissions: u32) -> io::Result<()> {
    let path = scratch.path().join(name);
    fs::create_dir(&path)?;
    mode(&path, permissions)
}

fn mode(path: &Path, permissions: u32) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(permissions))
}

fn fill(text: &str, scratch: &Path) -> String {
    let scratch = scratch.display().to_string();
    text.replace("{socket}", &format!("{scratch}/run/parsec.sock"))
        .replace("{state}", &format!("{scratch}/state"))
        .replace("{scratch}", &scratch)
}

/// The direct authenticator with an administrator.
pub(crate) const DIRECT: &str = "auth_type = \"Direct\"\nadmins = [{ name = \"admin\" }]";

/// A configuration in the published format with one software provider. Connections of the published
/// protocol stay open, however busy the machine is, because tests reuse them.
pub(crate) fn config(authenticator: &str) -> String {
    format!(
        r#"
[core_settings]
allow_root = true

[listener]
listener_type = "DomainSocket"
timeout = 3000
close_after = 60000
socket_path = "{{socket}}"
[authenticator]
{authenticator}

[[key_manager]]
name = "keys"
manager_type = "SQLite"
sqlite_db_path = "{{state}}/keys.sqlite3"

[[provider]]
provider_type = "MbedCrypto"
key_info_manager = "keys"
"#
    )
}
