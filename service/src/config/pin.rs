//! Where the PIN of a token comes from, and reading it there.

use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use parsec_contracts::{Secret, Zeroizing};

use super::credential::Credential;
use super::error::ConfigError;
use super::source::Placed;

/// Where the PIN of a token comes from. It is read where the token is opened: most commands open
/// none, and not everybody who may read the configuration can read the PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinSource {
    /// It stands in the configuration.
    Given(Secret),
    /// The first line of a file.
    File(PathBuf),
    /// A variable of the environment.
    Variable(String),
    /// The first line of a credential of systemd.
    Credential(Credential),
}

impl PinSource {
    /// The setting that says so.
    pub fn setting(&self) -> &'static str {
        match self {
            Self::Given(_) => "user_pin",
            Self::File(_) => "user_pin_file",
            Self::Variable(_) => "user_pin_env",
            Self::Credential(_) => "user_pin_credential",
        }
    }

    fn read(&self) -> Result<Secret, String> {
        match self {
            Self::Given(pin) => Ok(pin.clone()),
            Self::File(path) => first_line(path).map_err(|why| {
                format!(
                    "{why}; write the PIN on its first line, and let the service's user read it"
                )
            }),
            Self::Variable(name) => variable(name),
            Self::Credential(credential) => first_line(&credential.file()?).map_err(|why| {
                let load = credential.load();
                format!("{why}; add `{load}` to the unit, with a FILE that holds the PIN")
            }),
        }
    }
}

impl Placed<PinSource> {
    /// Reads the PIN. To be called once core dumps are forbidden
    /// ([`forbid_core_dumps`](crate::forbid_core_dumps)).
    ///
    /// # Errors
    ///
    /// By file and line: which setting it is, why what it names cannot be read, and what to do.
    pub fn read(&self) -> Result<Secret, ConfigError> {
        self.value
            .read()
            .map_err(|why| self.wrong(format!("`{}`: {why}", self.value.setting())))
    }
}

/// `env::var` would show in its error what is not UTF-8, and that is the PIN.
fn variable(name: &str) -> Result<Secret, String> {
    let value = env::var_os(name).ok_or_else(|| {
        format!(
            "the variable {name:?} is not set; set it where the service is started, and for a \
             command by hand there too"
        )
    })?;
    Ok(Secret::from(Zeroizing::new(value.into_vec())))
}

fn first_line(path: &Path) -> Result<Secret, String> {
    let bytes = fs::read(path)
        .map(Zeroizing::new)
        .map_err(|error| format!("the PIN's file {}: {error}", path.display()))?;
    let line = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let pin = line.strip_suffix(b"\r").unwrap_or(line);
    if pin.is_empty() {
        return Err(format!("the PIN's file {} is empty", path.display()));
    }
    Ok(Secret::from(pin))
}
