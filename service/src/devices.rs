//! Starting the providers that the configuration names.

use std::sync::Arc;

use parsec_contracts::{Opcode, Secret, Status};
use parsec_provider::{Journal, Provider, ProviderError};

use crate::config::{
    Config, ConfigError, Credential, DeviceConfig, MasterKey, PinSource, Placed, ProviderConfig,
    Sealing,
};
use crate::error::ServiceError;
use crate::key_store::{Location, Sealer};

/// Starts a provider; `None` for a device that may be absent, and is.
pub(crate) fn start(
    config: &ProviderConfig,
    journal: Arc<dyn Journal>,
) -> Result<Option<Arc<dyn Provider>>, ServiceError> {
    let (started, may_be_absent) = match &config.device {
        DeviceConfig::Software => (parsec_provider_software::start(), false),
        DeviceConfig::Tpm {
            settings,
            skip_if_absent,
        } => (
            parsec_provider_tpm::start(settings.clone()),
            *skip_if_absent,
        ),
        DeviceConfig::Pkcs11 {
            library,
            token,
            pin,
            allow_export,
            software_padding,
            skip_if_absent,
        } => {
            // Before the token is looked for, so that a PIN that cannot be read is never taken for
            // a token that is not there.
            let pin = pin.as_ref().map(Placed::read).transpose();
            let pin = pin.map_err(|error| does_not_start(config, error.to_string()))?;
            let settings = parsec_provider_pkcs11::Settings {
                library: library.clone(),
                token: token.clone(),
                pin,
                allow_export: *allow_export,
                software_padding: *software_padding,
                journal,
            };
            (parsec_provider_pkcs11::start(settings), *skip_if_absent)
        }
    };
    match started {
        Ok(provider) => Ok(Some(Arc::new(provider))),
        Err(error) if may_be_absent && is_absent(&error) => {
            tracing::warn!(provider = config.name, %error, "left out: it is not there");
            Ok(None)
        }
        Err(error) => Err(does_not_start(config, error.message())),
    }
}

fn does_not_start(config: &ProviderConfig, why: impl Into<String>) -> ServiceError {
    ServiceError::Provider {
        name: config.name.clone(),
        why: why.into(),
    }
}

/// The operations that a provider of that kind serves, known without its device.
pub(crate) fn opcodes(device: &DeviceConfig) -> &'static [Opcode] {
    match device {
        DeviceConfig::Software => parsec_provider_software::OPCODES,
        DeviceConfig::Tpm { .. } => parsec_provider_tpm::OPCODES,
        DeviceConfig::Pkcs11 { .. } => parsec_provider_pkcs11::OPCODES,
    }
}

fn is_absent(error: &ProviderError) -> bool {
    error.status() == Status::PsaErrorCommunicationFailure
}

/// Tries whether the devices that the configuration names answer, and tells of each what it is or
/// what is wrong with it and what to do. `false` if there is anything wrong. That a PIN is within
/// reach of the unit alone is told, and is nothing wrong.
pub(crate) fn check_devices(config: &Config, tell: &mut dyn FnMut(&str)) -> bool {
    let mut all_answer = true;
    for provider in &config.providers {
        if let Some(credential) = pin_out_of_reach(&provider.device) {
            let why = credential.out_of_reach();
            tell(&format!("{}: not tried: its PIN is {why}", provider.name));
            continue;
        }
        match start(provider, Arc::new(())) {
            Ok(Some(started)) => {
                tell(&format!("{}: {}", provider.name, started.description()));
            }
            Ok(None) => tell(&format!("{}: absent, and left out", provider.name)),
            Err(error) => {
                all_answer = false;
                tell(&error.to_string());
            }
        }
    }
    all_answer
}

/// The credential that is a token's PIN, if it has not been handed to this process.
fn pin_out_of_reach(device: &DeviceConfig) -> Option<&Credential> {
    let DeviceConfig::Pkcs11 { pin: Some(pin), .. } = device else {
        return None;
    };
    match &pin.value {
        PinSource::Credential(credential) if !credential.could_be_read() => Some(credential),
        _ => None,
    }
}

/// Where the key store is, and the TPM that seals its master key, if one does.
///
/// # Errors
///
/// As [`MasterKey::file`].
pub(crate) fn store_location(config: &Config) -> Result<Location, ConfigError> {
    Ok(Location {
        store: config.key_store.clone(),
        master_key: config.master_key.file()?,
        is_credential: matches!(config.master_key, MasterKey::Credential(_)),
        sealer: config
            .seal_master_key
            .clone()
            .map(|sealing| Box::new(Tpm(sealing)) as Box<dyn Sealer>),
    })
}

/// A TPM that seals.
pub(crate) struct Tpm(Sealing);

impl Sealer for Tpm {
    fn seal(&self, key: &Secret) -> Result<Secret, ProviderError> {
        parsec_provider_tpm::seal(&self.0.settings, self.0.registers, key)
    }

    fn unseal(&self, sealed: Secret) -> Result<Secret, ProviderError> {
        parsec_provider_tpm::unseal(&self.0.settings, sealed)
    }

    fn is_sealed_as_configured(&self, sealed: &Secret) -> bool {
        parsec_provider_tpm::sealed_to(sealed).is_ok_and(|bound| bound == self.0.registers)
    }
}
