//! Starting the providers that the configuration names.

use std::sync::Arc;

use parsec_contracts::{Opcode, ProviderId, Secret, Status};
use parsec_provider::{Journal, Provider, ProviderError, Shown};

use crate::attached::Attached;
use crate::config::{
    Config, ConfigError, Credential, DeviceConfig, MasterKey, PinSource, Placed, ProviderConfig,
    Sealing,
};
use crate::error::ServiceError;
use crate::key_store::{DeviceJournal, DeviceKey, Location, ReadOnlyJournal, Sealer};

/// How many calls a token can take at once that has not been asked yet.
const TOKEN_WORKERS: usize = 8;

/// The name under which a provider's keys are stored. Were a name given to a provider of another
/// type, it must not be handed the other's material.
pub(crate) fn key_space(provider: &ProviderConfig) -> String {
    format!("{}/{}", provider.id.family().uuid(), provider.name)
}

/// Starts a provider; `None` for a device that may be absent, and is. A provider whose keys are on
/// a device that is not there now starts when it is.
pub(crate) fn start(
    config: &ProviderConfig,
    journal: &Arc<DeviceJournal>,
) -> Result<Option<Arc<dyn Provider>>, ServiceError> {
    let error = match open(config, Arc::clone(journal) as _) {
        Ok(provider) => return Ok(Some(provider)),
        Err(error) => error,
    };
    if error.is_another_device() || (is_absent(&error) && journal.knows_device()?) {
        tracing::error!(
            provider = config.name,
            why = error.message(),
            "the provider does not serve until its device is there; the others do"
        );
        journal.all_missed()?;
        let attached = Attached::new(config.clone(), Arc::clone(journal), error);
        return Ok(Some(Arc::new(attached)));
    }
    if may_be_absent(&config.device) && is_absent(&error) {
        tracing::warn!(provider = config.name, %error, "left out: it is not there");
        return Ok(None);
    }
    Err(does_not_start(config, error.message()))
}

/// Opens the device and starts its provider.
pub(crate) fn open(
    config: &ProviderConfig,
    journal: Arc<dyn Journal>,
) -> Result<Arc<dyn Provider>, ProviderError> {
    Ok(match &config.device {
        DeviceConfig::Software => Arc::new(parsec_provider_software::start()?),
        DeviceConfig::Tpm { settings, .. } => {
            Arc::new(parsec_provider_tpm::start(settings.clone(), journal)?)
        }
        DeviceConfig::Pkcs11 {
            library,
            token,
            pin,
            allow_export,
            software_padding,
            ..
        } => {
            // Before the token is looked for, so that a PIN that cannot be read is never taken for
            // a token that is not there.
            let pin = pin.as_ref().map(Placed::read).transpose();
            let pin = pin.map_err(|error| {
                ProviderError::new(Status::PsaErrorNotPermitted, error.to_string())
            })?;
            let settings = parsec_provider_pkcs11::Settings {
                library: library.clone(),
                token: token.clone(),
                pin,
                allow_export: *allow_export,
                software_padding: *software_padding,
                journal,
            };
            Arc::new(parsec_provider_pkcs11::start(settings)?)
        }
    })
}

fn may_be_absent(device: &DeviceConfig) -> bool {
    match device {
        DeviceConfig::Tpm { skip_if_absent, .. } | DeviceConfig::Pkcs11 { skip_if_absent, .. } => {
            *skip_if_absent
        }
        _ => false,
    }
}

fn does_not_start(config: &ProviderConfig, why: impl Into<String>) -> ServiceError {
    ServiceError::Provider {
        name: config.name.clone(),
        why: why.into(),
    }
}

/// How many calls a device of that kind can take at once, known without the device.
pub(crate) fn workers(device: &DeviceConfig) -> usize {
    match device {
        DeviceConfig::Pkcs11 { .. } => TOKEN_WORKERS,
        _ => 1,
    }
}

/// The name of what a key with this material has on a device, known without the device.
pub(crate) fn object(provider: ProviderId, material: &Secret) -> Option<Vec<u8>> {
    match provider.family() {
        ProviderId::Pkcs11 => parsec_provider_pkcs11::object(material),
        _ => None,
    }
}

/// As [`object`], for the provider whose keys are stored under that name.
pub(crate) fn object_in(key_space: &str, material: &Secret) -> Option<Vec<u8>> {
    let (uuid, _) = key_space.split_once('/')?;
    let id = ProviderId::ALL.iter().find(|id| id.uuid() == uuid)?;
    object(*id, material)
}

/// The operations that a provider of that kind serves, known without its device.
pub(crate) fn opcodes(device: &DeviceConfig) -> Vec<Opcode> {
    match device {
        DeviceConfig::Software => parsec_provider_software::opcodes(),
        DeviceConfig::Tpm { .. } => parsec_provider_tpm::opcodes(),
        DeviceConfig::Pkcs11 { .. } => parsec_provider_pkcs11::opcodes(),
    }
}

fn is_absent(error: &ProviderError) -> bool {
    error.status() == Status::PsaErrorCommunicationFailure
}

/// Tries whether the devices that the configuration names answer, are those that the store knows,
/// and show what it knows of, and reports of each what it is, or what is wrong with it and what to
/// do. `false` if there is anything wrong. A PIN that only the unit can read is reported, and is
/// nothing wrong. Changes nothing.
pub(crate) fn check_devices(config: &Config, tell: &mut dyn FnMut(&str)) -> bool {
    let mut all_answer = true;
    for provider in &config.providers {
        if let Some(credential) = pin_out_of_reach(&provider.device) {
            let why = credential.out_of_reach();
            tell(&format!("{}: not tried: its PIN is {why}", provider.name));
            continue;
        }
        all_answer &= check_device(config, provider, tell);
    }
    all_answer
}

fn check_device(config: &Config, provider: &ProviderConfig, tell: &mut dyn FnMut(&str)) -> bool {
    let name = &provider.name;
    // What is wrong with the store is reported where the store is checked.
    let known = store_location(config)
        .map_err(ServiceError::from)
        .and_then(|location| Ok(ReadOnlyJournal::read(&location, &key_space(provider))?));
    let journal = Arc::new(known.unwrap_or_default());
    let opened = open(provider, Arc::clone(&journal) as _);
    let started = match opened {
        Ok(started) => started,
        Err(error)
            if may_be_absent(&provider.device) && is_absent(&error) && journal.is_empty() =>
        {
            tell(&format!("{name}: absent, and left out"));
            return true;
        }
        Err(error) => {
            tell(&does_not_start(provider, error.message()).to_string());
            return false;
        }
    };
    tell(&format!("{name}: {}", started.description()));
    match started.objects() {
        Ok(Some(shown)) => tell_missing(name, &journal, &shown, tell),
        Ok(None) => true,
        Err(error) => {
            tell(&format!("{name}: {}", error.message()));
            false
        }
    }
}

fn tell_missing(
    name: &str,
    journal: &ReadOnlyJournal,
    shown: &Shown,
    tell: &mut dyn FnMut(&str),
) -> bool {
    let is_missing = |found: &&DeviceKey| {
        parsec_provider_pkcs11::object(&found.key.material)
            .is_some_and(|object| !shown.has(&found.key.attributes.key_type, &object))
    };
    let missing = journal.keys.iter().filter(is_missing).count();
    if missing == 0 {
        return true;
    }
    tell(&format!(
        "{name}: the objects of {missing} of {} keys are missing from the device; the keys are kept \
         until their owners or an administrator delete them",
        journal.keys.len()
    ));
    false
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
