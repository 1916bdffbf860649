//! Operations on the key store for operators, whether the service runs or not.

use std::path::{Path, PathBuf};

use parsec_provider::Binding;

use crate::config::Config;
use crate::devices;
use crate::error::ServiceError;
use crate::key_store::{self, Location, StoreReport};

/// File names in a folder that holds a backup.
const STORE: &str = "keys.sqlite3";
const MASTER_KEY: &str = "master.key";

/// Checks every page of the store and opens every key, without changes. The service may be running.
///
/// # Errors
///
/// Why the store cannot be checked, or why this service must not use it.
pub fn check_store(config: &Config) -> Result<StoreReport, ServiceError> {
    Ok(key_store::check(&devices::store_location(config)?)?)
}

/// Copies the store and its master key to a folder, which must not hold a backup yet, and checks the
/// copy. The service may be running; the copy is a snapshot.
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

/// Replaces the store by a copy, if the copy is intact. With `replace`, an existing store is moved
/// aside; returns its new names. The service must be stopped.
///
/// # Errors
///
/// The fault of the copy, or why the store cannot be replaced.
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

/// Gives the store a new master key and re-encrypts all material; returns the number of keys. The
/// service may be running.
///
/// # Errors
///
/// Why nothing was changed.
pub fn rekey_store(config: &Config) -> Result<u64, ServiceError> {
    Ok(key_store::rekey(&devices::store_location(config)?)?)
}

/// Lets the provider of that name bind to the next device that it finds; returns the previous device,
/// if there was one. The service may be running.
///
/// # Errors
///
/// If the configuration has no such provider on a device, or why the store cannot be changed.
pub fn release_device(config: &Config, provider: &str) -> Result<Option<String>, ServiceError> {
    let named = config
        .providers
        .iter()
        .find(|known| known.name == provider && known.registration.has_device);
    let Some(named) = named else {
        let names: Vec<&str> = config
            .providers
            .iter()
            .filter(|known| known.registration.has_device)
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

/// The location of a backup in a folder. A master key that is a credential is not part of a backup.
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
