//! Starting the providers that the configuration names.

use std::sync::Arc;

use parsec_contracts::{ProviderId, Secret, Status};
use parsec_provider::{Journal, Provider, ProviderError, Shown};

use crate::attached::Attached;
use crate::config::{Config, ConfigError, MasterKey, ProviderConfig};
use crate::error::ServiceError;
use crate::key_store::{DeviceJournal, DeviceKey, Location, ReadOnlyJournal};
use crate::providers;

/// The name under which a provider's keys are stored. It contains the type, so that a provider of
/// another type that is given the same name does not get the keys.
pub(crate) fn key_space(provider: &ProviderConfig) -> String {
    format!("{}/{}", provider.id.family().uuid(), provider.name)
}

/// Starts a provider; `None` for a device that may be absent, and is. A provider whose keys are on
/// a device that is not there now starts when it is.
pub(crate) fn start(
    config: &ProviderConfig,
    journal: &Arc<DeviceJournal>,
) -> Result<Option<Arc<dyn Provider>>, ServiceError> {
    let error = match config
        .settings
        .open(Arc::clone(journal) as Arc<dyn Journal>)
    {
        Ok(provider) => return Ok(Some(provider)),
        Err(error) => error,
    };
    if error.is_another_device() || (is_absent(&error) && journal.knows_device()?) {
        tracing::error!(
            provider = config.name,
            why = error.message(),
            "the provider is not served until its device is available; the others are"
        );
        journal.all_missed()?;
        let attached = Attached::new(config.clone(), Arc::clone(journal), error);
        return Ok(Some(Arc::new(attached)));
    }
    if config.settings.may_be_absent() && is_absent(&error) {
        tracing::warn!(provider = config.name, %error, "skipped: the device is absent");
        return Ok(None);
    }
    Err(does_not_start(config, error.message()))
}

fn does_not_start(config: &ProviderConfig, why: impl Into<String>) -> ServiceError {
    ServiceError::Provider {
        name: config.name.clone(),
        why: why.into(),
    }
}

/// The name of the object on a device of a key with this material, for the provider whose keys are
/// stored under that name.
pub(crate) fn object_in(key_space: &str, material: &Secret) -> Option<Vec<u8>> {
    let (uuid, _) = key_space.split_once('/')?;
    let id = ProviderId::ALL.iter().find(|id| id.uuid() == uuid)?;
    (providers::find(*id)?.object)(material)
}

fn is_absent(error: &ProviderError) -> bool {
    error.status() == Status::PsaErrorCommunicationFailure
}

/// Checks that each configured device responds, is the one that the store knows, and has the
/// objects of the stored keys. Reports each device, or its problem and advice. Returns `false` if
/// there is a problem; a PIN that only the systemd unit can read is reported, but is no problem.
/// Changes nothing.
pub(crate) fn check_devices(config: &Config, report: &mut dyn FnMut(&str)) -> bool {
    let mut all_answer = true;
    for provider in &config.providers {
        if let Some(why) = provider.settings.out_of_reach() {
            report(&format!("{}: not checked: {why}", provider.name));
            continue;
        }
        all_answer &= check_device(config, provider, report);
    }
    all_answer
}

fn check_device(config: &Config, provider: &ProviderConfig, report: &mut dyn FnMut(&str)) -> bool {
    let name = &provider.name;
    // What is wrong with the store is reported where the store is checked.
    let known = store_location(config)
        .map_err(ServiceError::from)
        .and_then(|location| Ok(ReadOnlyJournal::read(&location, &key_space(provider))?));
    let journal = Arc::new(known.unwrap_or_default());
    let opened = provider
        .settings
        .open(Arc::clone(&journal) as Arc<dyn Journal>);
    let started = match opened {
        Ok(started) => started,
        Err(error)
            if provider.settings.may_be_absent() && is_absent(&error) && journal.is_empty() =>
        {
            report(&format!("{name}: absent; skipped"));
            return true;
        }
        Err(error) => {
            report(&does_not_start(provider, error.message()).to_string());
            return false;
        }
    };
    report(&format!("{name}: {}", started.description()));
    match started.objects() {
        Ok(Some(shown)) => report_missing(provider, &journal, &shown, report),
        Ok(None) => true,
        Err(error) => {
            report(&format!("{name}: {}", error.message()));
            false
        }
    }
}

fn report_missing(
    provider: &ProviderConfig,
    journal: &ReadOnlyJournal,
    shown: &Shown,
    report: &mut dyn FnMut(&str),
) -> bool {
    let is_missing = |found: &&DeviceKey| {
        let object = (provider.registration.object)(&found.key.material);
        object.is_some_and(|object| !shown.has(&found.key.attributes.key_type, &object))
    };
    let missing = journal.keys.iter().filter(is_missing).count();
    if missing == 0 {
        return true;
    }
    report(&format!(
        "{}: the objects of {missing} of {} keys are missing from the device; the keys are kept \
         until their owners or an administrator delete them",
        provider.name,
        journal.keys.len()
    ));
    false
}

/// Where the key store is, and what seals its master key.
///
/// # Errors
///
/// As [`MasterKey::file`].
pub(crate) fn store_location(config: &Config) -> Result<Location, ConfigError> {
    Ok(Location {
        store: config.key_store.clone(),
        master_key: config.master_key.file()?,
        is_credential: matches!(config.master_key, MasterKey::Credential(_)),
        sealer: config.seal_master_key.clone(),
    })
}
