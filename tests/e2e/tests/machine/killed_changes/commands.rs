//! Commands that change or copy the store.

use std::fs;

use parsec_harness::Service;

use super::strace::{calls_of_command, kill_command, tracing};
use super::{Keys, assert_sound, data_of, listed, make_keys, sample, second};
use crate::needs::{Outcome, trials};

trials!(
    a_rekey_killed_twice_at_any_system_call_loses_no_key,
    a_backup_killed_twice_at_any_system_call_is_harmless_and_incomplete,
    a_restore_killed_twice_at_any_system_call_leaves_one_of_both_stores,
);

const NAMES: [&str; 5] = ["key-0", "key-1", "key-2", "key-3", "key-4"];

fn with_keys() -> (Service, Keys) {
    let service = Service::direct();
    make_keys(&service, &NAMES);
    (service, keys_of(&NAMES))
}

fn keys_of(names: &[&str]) -> Keys {
    let key = |name: &&str| ((*name).to_owned(), data_of(name));
    names.iter().map(key).collect()
}

fn a_rekey_killed_twice_at_any_system_call_loses_no_key() -> Outcome {
    tracing()?;
    let (mut service, kept) = with_keys();
    let rekey = ["store", "rekey"];
    let calls = calls_of_command(&service, &rekey);
    assert!(calls.len() > 20, "{calls:?}");
    let mut kills = 0;
    for (index, first) in sample(&calls, 0, 15).enumerate() {
        for second in sample(&calls, index, 3) {
            // The running service sees nothing of a commit that was killed before its end.
            kills += usize::from(kill_command(&service, &rekey, first));
            kills += usize::from(kill_command(&service, &rekey, second));
            service.restart();
            let when = format!("{first:?}, then {second:?}");
            assert_eq!(listed(&service, &when), kept, "{when}");
        }
    }
    assert!(kills > 20, "only {kills} changes were killed");
    let left: Vec<_> = fs::read_dir(service.state_dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains(".next"))
        .collect();
    assert_eq!(
        left, [""; 0],
        "a start removes the keys of changes that have ended"
    );
    Ok(())
}

fn a_backup_killed_twice_at_any_system_call_is_harmless_and_incomplete() -> Outcome {
    tracing()?;
    let (service, kept) = with_keys();
    let calls = calls_of_command(&service, &["store", "backup", "whole"]);
    assert!(calls.len() > 10, "{calls:?}");
    let mut kills = 0;
    for (index, first) in sample(&calls, 0, 6).enumerate() {
        for second in second(&calls, index) {
            let when = format!("{first:?}, then {second:?}");
            let backup = ["store", "backup", "cut"];
            kills += usize::from(kill_command(&service, &backup, first));
            kills += usize::from(kill_command(&service, &backup, second));
            let mut elsewhere = Service::prepared(Service::direct_config());
            let folder = service.scratch().join("cut");
            let folder = folder.to_str().unwrap();
            let restored = elsewhere.run(&["--config", "config.toml", "store", "restore", folder]);
            if restored.status.success() {
                elsewhere.launch();
                assert_eq!(listed(&elsewhere, &when), kept, "{when}");
            } else {
                let left = fs::read_dir(elsewhere.state_dir()).unwrap().count();
                assert_eq!(left, 0, "{when}");
            }
            let _ = fs::remove_dir_all(folder);
        }
    }
    assert!(kills > 3, "only {kills} backups were killed");
    assert_eq!(listed(&service, "after all backups"), kept);
    assert_sound(&service, "after all backups");
    Ok(())
}

fn a_restore_killed_twice_at_any_system_call_leaves_one_of_both_stores() -> Outcome {
    tracing()?;
    let (mut service, copied) = with_keys();
    let done = service.run(&["--config", "config.toml", "store", "backup", "copy"]);
    assert!(done.status.success(), "{done:?}");
    make_keys(&service, &["later"]);
    let mut before = copied.clone();
    before.insert("later".to_owned(), data_of("later"));
    let restore = ["store", "restore", "copy", "--replace"];
    service.kill();
    let calls = calls_of_command(&service, &restore);
    assert!(calls.len() > 10, "{calls:?}");
    let (mut kills, mut restored) = (0, 0);
    for (index, first) in sample(&calls, 0, 10).enumerate() {
        for second in second(&calls, index) {
            // The write-ahead log is part of the replaced store.
            service.launch();
            if listed(&service, "before") == copied {
                make_keys(&service, &["later"]);
            }
            service.kill();
            let when = format!("{first:?}, then {second:?}");
            kills += usize::from(kill_command(&service, &restore, first));
            kills += usize::from(kill_command(&service, &restore, second));
            service.launch();
            let found = listed(&service, &when);
            assert!(found == copied || found == before, "{when}: {found:?}");
            restored += usize::from(found == copied);
            assert_sound(&service, &when);
            assert_nothing_left(&service, &when);
            service.kill();
        }
    }
    assert!(kills > 5, "only {kills} restorations were killed");
    assert!(restored > 0, "no restore was completed by the next start");
    Ok(())
}

/// Checks that no copy of an interrupted restore is left.
fn assert_nothing_left(service: &Service, when: &str) {
    for entry in fs::read_dir(service.state_dir()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let is_left = name.contains(".copying") || name.contains(".restoring");
        assert!(!is_left, "{when}: {name}");
    }
}
