//! What operators do with the key store, whether the service runs or not.

use std::path::{Path, PathBuf};

use parsec_contracts::ProviderId;
use parsec_provider::Binding;

use crate::config::Config;
use crate::devices;
use crate::error::ServiceError;
use crate::key_store::{self, Location, StoreReport};

/// Names in a folder that holds a copy of a store.
const STORE: &str = "keys.sqlite3";
const MASTER_KEY: &str = "master.key";

/// Looks at every page of the store and opens every key. Changes nothing; the service may run.
///
/// # Errors
///
/// Why it cannot be looked at, or is none that this service may use.
pub fn check_store(config: &Config) -> Result<StoreReport, ServiceError> {
    Ok(key_store::check(&devices::store_location(config)?)?)
}

/// Copies the store and its master key into a folder, which must not hold any, and checks the
/// copy. The service may run: the copy is of one moment.
///
/// # Errors
///
/// Why it cannot be copied.
pub fn back_up_store(config: &Config, folder: &Path) -> Result<StoreReport, ServiceError> {
    let location = devices::store_location(config)?;
    let copy = copy_in(config, folder)?;
    key_store::back_up(&location, &copy)?;
    Ok(key_store::check(&copy)?)
}

/// Puts a copy into the place of the store, if it is in order. With `replace` a store that is
/// there is moved aside; where to is answered. The service must be stopped.
///
/// # Errors
///
/// What is wrong with the copy, or why it cannot be put there.
pub fn restore_store(
    config: &Config,
    folder: &Path,
    replace: bool,
) -> Result<Vec<PathBuf>, ServiceError> {
    let copy = copy_in(config, folder)?;
    let report = key_store::check(&copy)?;
    if let Some(finding) = report.findings.first() {
        return Err(ServiceError::Store(format!(
            "the copy in {} is damaged ({finding}); nothing was changed",
            folder.display()
        )));
    }
    let moved = key_store::restore(&copy, &devices::store_location(config)?, replace)?;
    Ok(moved)
}

/// Gives the store a new master key and seals all material anew; how many keys that were. The
/// service may run.
///
/// # Errors
///
/// Why nothing was changed.
pub fn rekey_store(config: &Config) -> Result<u64, ServiceError> {
    Ok(key_store::rekey(&devices::store_location(config)?)?)
}

/// Lets the provider of that name bind to the next device that it finds; the device that it was
/// bound to, if it was. The service may run.
///
/// # Errors
///
/// If the configuration has no such provider on a device, or why the store cannot be changed.
pub fn release_device(config: &Config, provider: &str) -> Result<Option<String>, ServiceError> {
    let named = config
        .providers
        .iter()
        .find(|known| known.name == provider && known.id.family() != ProviderId::Software);
    let Some(named) = named else {
        let names: Vec<&str> = config
            .providers
            .iter()
            .filter(|known| known.id.family() != ProviderId::Software)
            .map(|known| known.name.as_str())
            .collect();
        return Err(ServiceError::Provider {
            name: provider.to_owned(),
            why: format!(
                "the configuration has no device of this name; it has: {}",
                names.join(", ")
            ),
        });
    };
    let location = devices::store_location(config)?;
    let before = key_store::release(&location, &devices::key_space(named))?;
    Ok(match before {
        Binding::Bound(device) => Some(device.description),
        Binding::Released | Binding::Unbound => None,
    })
}

/// A copy in a folder. A master key that is a credential is in no copy.
fn copy_in(config: &Config, folder: &Path) -> Result<Location, ServiceError> {
    let location = devices::store_location(config)?;
    Ok(Location {
        store: folder.join(STORE),
        master_key: match location.is_credential {
            true => location.master_key.clone(),
            false => folder.join(MASTER_KEY),
        },
        ..location
    })
}
