//! The folders of this process, and the names of the files in them.

use std::env;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use super::error::ConfigError;

pub(super) const SOCKET: &str = "parsec.sock";
pub(super) const KEY_STORE: &str = "keys.sqlite3";
pub(super) const MASTER_KEY: &str = "master.key";

/// The folders that the environment names.
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

    pub(super) fn runtime_folder(&self) -> Result<PathBuf, ConfigError> {
        if let Some(folder) = &self.runtime_directory {
            return Ok(folder.clone());
        }
        if self.is_root {
            return Ok("/run/parsec".into());
        }
        let base = self.xdg_runtime_dir.as_ref().ok_or_else(|| {
            ConfigError::Environment(
                "there is no folder for the socket: set XDG_RUNTIME_DIR, or pass a configuration \
                 with --config"
                    .to_owned(),
            )
        })?;
        Ok(base.join("parsec"))
    }
}

/// The first folder of a list in systemd's format, separated by colons. A relative path counts as none,
/// as the XDG specification requires, because its meaning would depend on the working directory.
fn first(value: &OsStr) -> Option<PathBuf> {
    let first = value.as_bytes().split(|byte| *byte == b':').next()?;
    let path = PathBuf::from(OsStr::from_bytes(first));
    path.is_absolute().then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_the_first_absolute_folder() {
        let first = |value: &str| first(OsStr::new(value));
        assert_eq!(first("/a:/b"), Some("/a".into()));
        assert_eq!(first("/a"), Some("/a".into()));
        assert_eq!(first("relative"), None);
        assert_eq!(first(""), None);
    }
}
