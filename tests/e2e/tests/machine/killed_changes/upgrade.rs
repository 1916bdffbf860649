//! Upgrades of an older store at start.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use parsec_harness::Service;

use super::strace::{calls_of_start, kill_start, tracing};
use super::{Keys, assert_sound, listed, sample, second};
use crate::needs::{Outcome, trials};

trials!(an_upgrade_killed_twice_at_any_system_call_loses_no_key);

/// A store of version 4 with five keys, and its master key.
const STORE: &[u8] = include_bytes!("version-4.sqlite3");
const MASTER_KEY: [u8; 32] = [7; 32];

fn put_old_store(service: &Service) {
    let folder = service.state_dir();
    fs::remove_dir_all(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    for (name, bytes) in [
        ("parsec-keys.sqlite3", STORE),
        ("parsec-master.key", &MASTER_KEY),
    ] {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

fn an_upgrade_killed_twice_at_any_system_call_loses_no_key() -> Outcome {
    tracing()?;
    let mut service = Service::prepared(Service::direct_config());
    let kept: Keys = (0..5)
        .map(|number| {
            let name = format!("key-{number}");
            (name, format!("data {number}").into_bytes())
        })
        .collect();
    put_old_store(&service);
    let calls = calls_of_start(&service);
    assert!(calls.len() > 10, "{calls:?}");
    let mut kills = 0;
    for (index, first) in sample(&calls, 0, 8).enumerate() {
        for second in second(&calls, index) {
            put_old_store(&service);
            let when = format!("{first:?}, then {second:?}");
            kills += usize::from(kill_start(&service, first));
            kills += usize::from(kill_start(&service, second));
            service.launch();
            assert_eq!(listed(&service, &when), kept, "{when}");
            assert_sound(&service, &when);
            service.kill();
        }
    }
    assert!(kills > 5, "only {kills} starts were killed");
    Ok(())
}
