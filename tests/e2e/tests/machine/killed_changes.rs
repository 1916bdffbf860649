//! Changes of the store that are killed at one of their system calls, twice in a row.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use parsec_contracts::operations::PsaExportKey;
use parsec_contracts::{Secret, Status};
use parsec_harness::{Auth, Service, is_extended, keys};

use crate::needs::{self, Missing, Outcome, trials};

trials!(a_rekey_that_is_killed_twice_at_any_call_loses_no_key);

/// The system calls that change files.
const CHANGES: &str = "openat,write,pwrite64,fsync,fdatasync,ftruncate,fchmod,chmod,rename,renameat2,\
                       link,linkat,unlink,unlinkat,mkdir";
const KEYS: usize = 5;

/// Needs strace, and to be allowed to trace.
fn tracing() -> Outcome {
    needs::program("strace")?;
    let traced = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Missing::new(format!("strace cannot be run: {error}")))?;
    needs::that(traced.status.success(), "this machine lets nobody trace")
}

/// A call: its name, and which of that name it is, from 1.
type Call = (String, usize);

/// strace of a command of the service.
fn strace(service: &Service, options: &[&str], arguments: &[&str]) -> Command {
    let plain = service.command();
    let mut command = Command::new("strace");
    command
        .args([
            "-qq",
            "-e",
            "signal=none",
            "-e",
            &format!("trace={CHANGES}"),
        ])
        .args(options)
        .arg(plain.get_program())
        .args(["--config", "config.toml"])
        .args(arguments)
        .current_dir(service.scratch())
        .stdin(Stdio::null());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// The calls that a command makes from the first one on that names a file of the store.
fn calls(service: &Service, arguments: &[&str]) -> Vec<Call> {
    let output = strace(service, &["-o", "calls"], arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let trace = std::fs::read_to_string(service.scratch().join("calls")).unwrap();
    let mut counts = BTreeMap::<String, usize>::new();
    let mut calls = Vec::new();
    let mut has_begun = false;
    for line in trace.lines() {
        let Some((name, rest)) = line.split_once('(') else {
            continue;
        };
        let count = counts.entry(name.to_owned()).or_default();
        *count += 1;
        has_begun |= rest.contains(".sqlite3");
        if has_begun {
            calls.push((name.to_owned(), *count));
        }
    }
    calls
}

/// Runs a command of the service, and kills it when it begins that call; whether it came so far.
fn killed_at(service: &Service, arguments: &[&str], (name, count): &Call) -> bool {
    let inject = format!("inject={name}:signal=SIGKILL:when={count}");
    let options = ["-o", "/dev/null", "-e", &inject];
    let output = strace(service, &options, arguments).output().unwrap();
    output.status.signal().is_some()
}

/// A running service with keys, and what they hold.
fn with_keys() -> (Service, Vec<(String, Vec<u8>)>) {
    let service = Service::direct();
    let mut wire = service.wire();
    let kept: Vec<_> = (0..KEYS)
        .map(|number| {
            (
                format!("key-{number}"),
                format!("data {number}").into_bytes(),
            )
        })
        .collect();
    for (name, data) in &kept {
        assert_eq!(
            wire.ask("web", keys::exportable(name, data)),
            Status::Success
        );
    }
    (service, kept)
}

fn assert_kept(service: &Service, kept: &[(String, Vec<u8>)], when: &str) {
    let mut wire = service.wire();
    for (name, data) in kept {
        let key_name = name.clone();
        let reply = wire.call(1, &Auth::direct("web"), 0, PsaExportKey { key_name });
        let exported = reply.unwrap().output::<PsaExportKey>();
        let exported = exported.unwrap_or_else(|error| panic!("{when}: {name}: {error}"));
        assert_eq!(exported.data, Secret::from(&data[..]), "{when}: {name}");
    }
}

fn a_rekey_that_is_killed_twice_at_any_call_loses_no_key() -> Outcome {
    tracing()?;
    let (mut service, kept) = with_keys();
    let rekey = ["store", "rekey"];
    let calls = calls(&service, &rekey);
    assert!(calls.len() > 20, "{calls:?}");
    // Each first call with each second one, or with some, others each time.
    let step = if is_extended() { 1 } else { 8 };
    let mut kills = 0;
    for (index, first) in calls.iter().enumerate() {
        for second in calls.iter().skip(index % step).step_by(step) {
            // The service sees nothing of a commit that was killed before its end.
            kills += usize::from(killed_at(&service, &rekey, first));
            kills += usize::from(killed_at(&service, &rekey, second));
            service.restart();
            assert_kept(&service, &kept, &format!("{first:?}, then {second:?}"));
        }
    }
    assert!(kills > calls.len(), "only {kills} changes were killed");
    let left: Vec<_> = std::fs::read_dir(service.state_dir())
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
