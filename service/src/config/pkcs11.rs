//! The settings of a PKCS #11 token.

use parsec_provider_pkcs11::TokenChoice;

use super::credential::Credential;
use super::error::ConfigError;
use super::pin::PinSource;
use super::provider::{RawProvider, software_padding};
use super::resolved::DeviceConfig;
use super::source::{Placed, Source};

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
        software_padding: software_padding(source, raw)?,
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

/// One place at most; it is looked at where the token is opened.
fn pin(source: &Source<'_>, raw: &RawProvider) -> Result<Option<Placed<PinSource>>, ConfigError> {
    let mut given = Vec::new();
    if let Some(pin) = &raw.user_pin {
        given.push(source.placed(pin, PinSource::Given(pin.get_ref().0.clone())));
    }
    if let Some(file) = &raw.user_pin_file {
        given.push(source.placed(file, PinSource::File(source.path(file.get_ref()))));
    }
    if let Some(variable) = &raw.user_pin_env {
        given.push(source.placed(variable, PinSource::Variable(variable.get_ref().clone())));
    }
    if let Some(name) = &raw.user_pin_credential {
        let credential = Credential::named(source, name)?;
        given.push(source.placed(name, PinSource::Credential(credential)));
    }
    match given.get(1) {
        Some(second) => Err(second.wrong("the PIN is given twice; once is enough")),
        None => Ok(given.pop()),
    }
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
