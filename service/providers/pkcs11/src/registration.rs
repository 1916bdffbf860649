//! The provider's section of the configuration.

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use parsec_contracts::{ProviderId, Status};
use parsec_provider::registration::{
    Placed, Printed, ProviderSettings, Registration, Section, SettingError,
};
use parsec_provider::{Journal, Provider, ProviderError};
use parsec_psa::{PsaProvider, SoftwarePadding};

use crate::abilities::OPERATION_GROUPS;
use crate::object::Object;
use crate::pin::{self, PinSource};
use crate::token_engine::TokenEngine;
use crate::{Settings, TokenChoice};

/// Simultaneous calls of a token that has not been asked how many sessions it has.
const WORKERS: usize = 8;

/// The provider's registration.
pub static REGISTRATION: Registration = Registration {
    id: ProviderId::Pkcs11,
    default_name: "pkcs11-provider",
    keys: &[
        "library_path",
        "serial_number",
        "token_label",
        "slot_number",
        "user_pin",
        "user_pin_file",
        "user_pin_env",
        "user_pin_credential",
        "allow_export",
        "software_padding",
        "skip_if_no_token",
        // Of the published service. Public keys are always used in software here.
        "software_public_operations",
    ],
    has_device: true,
    workers: WORKERS,
    opcodes: || parsec_psa::opcodes(OPERATION_GROUPS),
    object: Object::identifier,
    read,
};

/// A configured token. Its PIN is read when it is opened.
#[derive(Debug, PartialEq)]
struct ConfiguredToken {
    library: PathBuf,
    token: TokenChoice,
    pin: Option<Placed<PinSource>>,
    allow_export: bool,
    software_padding: SoftwarePadding,
    may_be_absent: bool,
}

fn read(section: &Section) -> Result<Arc<dyn ProviderSettings>, SettingError> {
    Ok(Arc::new(ConfiguredToken::read(section)?))
}

impl ConfiguredToken {
    fn read(section: &Section) -> Result<Self, SettingError> {
        // Not relative to the configuration: a name without folders is looked up by the dynamic linker.
        let Some(library) = section.text("library_path")? else {
            return Err(section.lacks(
                "a token needs a `library_path`, its vendor's PKCS #11 library: write for example \
                 `library_path = \"/usr/lib/softhsm/libsofthsm2.so\"`",
            ));
        };
        Ok(Self {
            library: library.into(),
            token: token(section)?,
            pin: pin::source(section)?,
            allow_export: section.boolean("allow_export")?.unwrap_or(true),
            software_padding: SoftwarePadding::read(section)?,
            may_be_absent: section.boolean("skip_if_no_token")?.unwrap_or_default(),
        })
    }
}

/// A serial number is the most reliable: slots change, and labels can be given by anybody.
fn token(section: &Section) -> Result<TokenChoice, SettingError> {
    let serial = section.text("serial_number")?;
    let label = section.text("token_label")?;
    let slot = section.integer("slot_number")?;
    match (serial, label, slot) {
        (Some(serial), _, _) => Ok(TokenChoice::Serial(serial.to_owned())),
        (None, Some(_), Some(_)) => Err(section.wrong(
            "token_label",
            "both `token_label` and `slot_number` are given; remove one of them",
        )),
        (None, Some(label), None) => Ok(TokenChoice::Label(label.to_owned())),
        (None, None, Some(slot)) => Ok(TokenChoice::Slot(slot)),
        (None, None, None) => Ok(TokenChoice::Only),
    }
}

impl ProviderSettings for ConfiguredToken {
    fn open(&self, journal: Arc<dyn Journal>) -> Result<Arc<dyn Provider>, ProviderError> {
        // Before the token is searched, so that a PIN that cannot be read is not reported as an
        // absent token.
        let pin = self.pin.as_ref().map(pin::read).transpose();
        let pin = pin
            .map_err(|error| ProviderError::new(Status::PsaErrorNotPermitted, error.to_string()))?;
        let settings = Settings {
            library: self.library.clone(),
            token: self.token.clone(),
            pin,
            allow_export: self.allow_export,
            software_padding: self.software_padding,
            journal,
        };
        Ok(Arc::new(PsaProvider::new(TokenEngine::start(settings)?)))
    }

    fn printed(&self) -> Vec<(&'static str, Printed)> {
        let library = self.library.to_string_lossy().into_owned();
        let mut printed = vec![("library_path", Printed::Text(library))];
        printed.extend(match &self.token {
            TokenChoice::Serial(serial) => Some(("serial_number", Printed::Text(serial.clone()))),
            TokenChoice::Label(label) => Some(("token_label", Printed::Text(label.clone()))),
            TokenChoice::Slot(slot) => Some(("slot_number", Printed::Integer(*slot))),
            TokenChoice::Only => None,
        });
        printed.extend(self.pin.as_ref().map(|pin| {
            let place = match &pin.value {
                PinSource::Given(_) => Printed::Hidden,
                PinSource::File(file) => Printed::Text(file.to_string_lossy().into_owned()),
                PinSource::Variable(name) => Printed::Text(name.clone()),
                PinSource::Credential(credential) => Printed::Text(credential.name().to_owned()),
            };
            (pin.value.key(), place)
        }));
        printed.extend([
            ("allow_export", Printed::Boolean(self.allow_export)),
            self.software_padding.printed(),
            ("skip_if_no_token", Printed::Boolean(self.may_be_absent)),
        ]);
        printed
    }

    fn may_be_absent(&self) -> bool {
        self.may_be_absent
    }

    fn out_of_reach(&self) -> Option<String> {
        match &self.pin.as_ref()?.value {
            PinSource::Credential(credential) if !credential.could_be_read() => {
                Some(format!("its PIN is {}", credential.out_of_reach()))
            }
            _ => None,
        }
    }
}
