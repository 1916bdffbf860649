//! The settings of a PKCS #11 token, and where its PIN comes from.

use std::path::Path;
use std::{env, fs};

use parsec_contracts::{Secret, Zeroizing};
use parsec_provider_pkcs11::TokenChoice;

use super::error::ConfigError;
use super::provider::RawProvider;
use super::source::Source;
use super::{DeviceConfig, credential};

pub(super) fn device(source: &Source<'_>, raw: &RawProvider) -> Result<DeviceConfig, ConfigError> {
    let at = raw.provider_type.span().start;
    let Some(library) = &raw.library_path else {
        return Err(source.wrong(
            at,
            "a token needs a `library_path`, its vendor's PKCS #11 library: write for example \
             `library_path = \"/usr/lib/softhsm/libsofthsm2.so\"`",
        ));
    };
    Ok(DeviceConfig::Pkcs11 {
        library: library.get_ref().clone(),
        token: token(source, raw)?,
        pin: pin(source, raw)?,
        allow_export: raw.allow_export.unwrap_or(true),
        skip_if_absent: raw.skip_if_no_token.unwrap_or_default(),
    })
}

/// A serial number is surest: slots change, and labels are anybody's.
fn token(source: &Source<'_>, raw: &RawProvider) -> Result<TokenChoice, ConfigError> {
    if let Some(serial) = &raw.serial_number {
        return Ok(TokenChoice::Serial(serial.get_ref().clone()));
    }
    match (&raw.token_label, &raw.slot_number) {
        (Some(label), Some(_)) => Err(source.wrong(
            label.span().start,
            "both `token_label` and `slot_number` are given; one says which token",
        )),
        (Some(label), None) => Ok(TokenChoice::Label(label.get_ref().clone())),
        (None, Some(slot)) => Ok(TokenChoice::Slot(*slot.get_ref())),
        (None, None) => Ok(TokenChoice::Only),
    }
}

fn pin(source: &Source<'_>, raw: &RawProvider) -> Result<Option<Secret>, ConfigError> {
    let given = [
        raw.user_pin.as_ref().map(|it| it.span().start),
        raw.user_pin_file.as_ref().map(|it| it.span().start),
        raw.user_pin_env.as_ref().map(|it| it.span().start),
        raw.user_pin_credential.as_ref().map(|it| it.span().start),
    ];
    if let Some(second) = given.into_iter().flatten().nth(1) {
        return Err(source.wrong(second, "the PIN is given twice; once is enough"));
    }
    if let Some(pin) = &raw.user_pin {
        return Ok(Some(pin.get_ref().0.clone()));
    }
    if let Some(file) = &raw.user_pin_file {
        return from_file(source, file.span().start, &source.path(file.get_ref())).map(Some);
    }
    if let Some(variable) = &raw.user_pin_env {
        let at = variable.span().start;
        let value = env::var(variable.get_ref()).map_err(|error| {
            source.wrong(
                at,
                format!("the variable {:?}: {error}", variable.get_ref()),
            )
        })?;
        return Ok(Some(Secret::from(Zeroizing::new(value.into_bytes()))));
    }
    if let Some(credential) = &raw.user_pin_credential {
        let file = credential::file(source, credential)?;
        return from_file(source, credential.span().start, &file).map(Some);
    }
    Ok(None)
}

/// The file's first line.
fn from_file(source: &Source<'_>, at: usize, path: &Path) -> Result<Secret, ConfigError> {
    let bytes = fs::read(path)
        .map(Zeroizing::new)
        .map_err(|error| source.wrong(at, format!("the PIN's file {}: {error}", path.display())))?;
    let line = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let pin = line.strip_suffix(b"\r").unwrap_or(line);
    if pin.is_empty() {
        return Err(source.wrong(at, format!("the PIN's file {} is empty", path.display())));
    }
    Ok(Secret::from(pin))
}

/// Whether there are settings that only a token has.
pub(super) fn has_settings(raw: &RawProvider) -> bool {
    raw.library_path.is_some()
        || raw.slot_number.is_some()
        || raw.serial_number.is_some()
        || raw.token_label.is_some()
        || raw.user_pin.is_some()
        || raw.user_pin_file.is_some()
        || raw.user_pin_env.is_some()
        || raw.user_pin_credential.is_some()
        || raw.software_public_operations.is_some()
        || raw.allow_export.is_some()
        || raw.skip_if_no_token.is_some()
}
