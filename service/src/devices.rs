//! Starting the providers that the configuration names.

use std::sync::Arc;

use parsec_contracts::{Opcode, Secret, Status};
use parsec_provider::{Journal, Provider, ProviderError};

use crate::config::{Config, DeviceConfig, ProviderConfig};
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
            skip_if_absent,
        } => {
            let settings = parsec_provider_pkcs11::Settings {
                library: library.clone(),
                token: token.clone(),
                pin: pin.clone(),
                allow_export: *allow_export,
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
        Err(error) => Err(ServiceError::Provider {
            name: config.name.clone(),
            why: error.message().to_owned(),
        }),
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
/// what is wrong with it and what to do. `false` if there is anything wrong.
pub fn check_devices(config: &Config, tell: &mut dyn FnMut(&str)) -> bool {
    let mut all_answer = true;
    for provider in &config.providers {
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

/// Where the key store is, and the TPM that seals its master key, if one does.
pub(crate) fn store_location(config: &Config) -> Location {
    Location {
        store: config.key_store.clone(),
        master_key: config.master_key_file.clone(),
        is_credential: config.master_key_is_credential,
        sealer: config
            .seal_master_key
            .clone()
            .map(|settings| Box::new(Tpm(settings)) as Box<dyn Sealer>),
    }
}

/// A TPM that seals.
pub(crate) struct Tpm(parsec_provider_tpm::Settings);

impl Sealer for Tpm {
    fn seal(&self, key: &Secret) -> Result<Secret, ProviderError> {
        parsec_provider_tpm::seal(&self.0, key)
    }

    fn unseal(&self, sealed: Secret) -> Result<Secret, ProviderError> {
        parsec_provider_tpm::unseal(&self.0, sealed)
    }
}
