//! What a service is started with.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Service;

/// Says how the service of a test shall be started.
///
/// Without a config it is the embedded default, its folders moved into the scratch folder.
#[derive(Debug, Default)]
pub struct Builder {
    config: Option<String>,
    environment: Vec<(OsString, OsString)>,
}

impl Builder {
    /// Starts with this config file instead of the embedded default.
    ///
    /// `{socket}`, `{state}` and `{scratch}` in it are replaced by the paths of this service.
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

    /// Starts the service and waits until it answers a ping.
    ///
    /// # Panics
    ///
    /// If it does not start, with what it said.
    pub fn start(self) -> Service {
        self.try_start()
            .unwrap_or_else(|error| panic!("the service did not start: {error}"))
    }

    /// As [`Builder::start`], for callers that want to see the failure.
    ///
    /// # Errors
    ///
    /// What the service wrote before it gave up, or why it could not be run at all.
    pub fn try_start(self) -> io::Result<Service> {
        let scratch = tempfile::Builder::new().prefix("parsec-").tempdir()?;
        // Other users must reach the socket, and nothing else.
        mode(scratch.path(), 0o711)?;
        folder(&scratch, "run", 0o755)?;
        folder(&scratch, "state", 0o700)?;
        let config = self
            .config
            .map(|text| write_config(scratch.path(), &text))
            .transpose()?;
        Service::spawn(scratch, config, self.environment)
    }
}

/// Writes a config with the paths of this service filled in.
pub(crate) fn write_config(scratch: &Path, text: &str) -> io::Result<PathBuf> {
    let path = scratch.join("config.toml");
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

/// The authenticator that believes what callers say, with an administrator.
pub(crate) const DIRECT: &str = "auth_type = \"Direct\"\nadmins = [{ name = \"admin\" }]";

/// A config of the published format with one software provider.
pub(crate) fn config(authenticator: &str) -> String {
    format!(
        r#"
[core_settings]
allow_root = true

[listener]
listener_type = "DomainSocket"
timeout = 3000
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
