//! `parsec-service --check`: everything that a start tries, in the same order, without changes.

mod listening;

use crate::audit::reach_journal;
use crate::config::{AuditTo, Config, MasterKey};
use crate::devices;
use crate::files::{check_creatable, check_writable};
use crate::key_store;
use crate::published_store;

/// Whether the service would start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It would, as far as that can be checked.
    Starts,
    /// It would not.
    Fails,
    /// It would not, because of a device only.
    DeviceFails,
}

/// Checks everything that a start tries. Reports each part in a sentence: its state, or the fault and
/// what to do. Creates and changes no file; a service may be using the same files. Anything that only
/// the unit can read, such as systemd's credentials, is reported and is not a fault.
pub fn check(config: &Config, report: &mut dyn FnMut(&str)) -> Verdict {
    let mut faults = Vec::new();
    if let Err(error) = published_store::refuse(config) {
        faults.push(error.to_string());
    }
    faults.extend(audit(config));
    let store = store(config).unwrap_or_else(|why| Store {
        faults: vec![format!("the key store cannot be opened: {why}")],
        ..Store::default()
    });
    faults.extend(store.faults);
    faults.extend(listening::faults(config, store.is_in_use));
    store
        .skipped
        .iter()
        .chain(&faults)
        .for_each(|line| report(line));
    match (faults.is_empty(), devices::check_devices(config, report)) {
        (false, _) => Verdict::Fails,
        (true, false) => Verdict::DeviceFails,
        (true, true) => Verdict::Starts,
    }
}

/// The files of the audit log that cannot be written.
fn audit(config: &Config) -> Vec<String> {
    let Some(audit) = &config.audit else {
        return Vec::new();
    };
    let log = match &audit.to {
        AuditTo::File(path) => check_writable(path).and_then(|()| check_creatable(path)),
        AuditTo::Stderr => Ok(()),
        AuditTo::Journald => reach_journal().map_err(|error| error.to_string()),
    };
    // The head is replaced by a new file each time.
    let head = check_creatable(&audit.head_file);
    let faults = [log, head].into_iter().filter_map(Result::err);
    faults
        .map(|why| format!("audit events cannot be written: {why}"))
        .collect()
}

/// The result of checking the store.
#[derive(Default)]
struct Store {
    is_in_use: bool,
    faults: Vec<String>,
    /// Why it was not checked.
    skipped: Option<String>,
}

fn store(config: &Config) -> Result<Store, String> {
    if let MasterKey::Credential(credential) = &config.master_key
        && !credential.value.could_be_read()
    {
        let why = credential.value.out_of_reach();
        return Ok(Store {
            skipped: Some(format!(
                "the key store: not checked: its master key is {why}"
            )),
            ..Store::default()
        });
    }
    let location = devices::store_location(config).map_err(|error| error.to_string())?;
    let found = key_store::try_start(&location).map_err(|error| error.to_string())?;
    let report = found.store.unwrap_or_default();
    let path = location.store.display();
    let faults = report.findings.into_iter().map(|finding| {
        format!("the key store {path} is damaged: {finding}; restore it from a backup")
    });
    Ok(Store {
        is_in_use: found.is_in_use,
        faults: faults.collect(),
        skipped: None,
    })
}
