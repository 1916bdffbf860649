//! The PIN of a token: where it is, and how it is read.

use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use parsec_contracts::quoted;
use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::registration::{Credential, Placed, Section, SettingError};

/// Where the PIN is. It is read when the token is opened: most commands of the service open no token,
/// and not all users who may read the configuration may read the PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PinSource {
    /// In the configuration.
    Given(Secret),
    /// In the first line of a file.
    File(PathBuf),
    /// In an environment variable.
    Variable(String),
    /// In the first line of a credential of systemd.
    Credential(Credential),
}

/// Where the section says that the PIN is: in one place at most.
pub(crate) fn source(section: &Section) -> Result<Option<Placed<PinSource>>, SettingError> {
    let mut given = Vec::new();
    if let Some(pin) = section.secret("user_pin")? {
        given.push(PinSource::Given(pin));
    }
    if let Some(file) = section.path("user_pin_file")? {
        given.push(PinSource::File(file));
    }
    if let Some(variable) = section.text("user_pin_env")? {
        given.push(PinSource::Variable(variable.to_owned()));
    }
    if let Some(name) = section.text("user_pin_credential")? {
        let credential =
            Credential::named(name).map_err(|why| section.wrong("user_pin_credential", why))?;
        given.push(PinSource::Credential(credential));
    }
    if let Some(second) = given.get(1) {
        let message = "the PIN is given twice; remove one of the settings";
        return Err(section.wrong(second.key(), message));
    }
    Ok(given.pop().map(|value| Placed {
        place: section.place(value.key()),
        value,
    }))
}

/// Reads the PIN. To be called only once core dumps are disabled.
///
/// # Errors
///
/// Which setting it is, why it cannot be read, and what to do.
pub(crate) fn read(source: &Placed<PinSource>) -> Result<Secret, SettingError> {
    let pin = source.value.read();
    pin.map_err(|why| {
        source
            .place
            .wrong(format!("`{}`: {why}", source.value.key()))
    })
}

impl PinSource {
    /// The key of its setting.
    pub(crate) fn key(&self) -> &'static str {
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

/// The error of `env::var` contains a value that is not UTF-8, and the value is the PIN.
fn variable(name: &str) -> Result<Secret, String> {
    let value = env::var_os(name).ok_or_else(|| {
        format!(
            "the variable {name} is not set; set it where the service is started, and for a \
             command by hand there too",
            name = quoted(name)
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
