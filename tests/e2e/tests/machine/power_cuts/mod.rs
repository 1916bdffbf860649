//! Power failures at every point where the service syncs: of unsynced data, the disk has nothing,
//! or any part.
//!
//! strace records the service's writes and syncs from its first start on, with the data. The test
//! reconstructs the files as a power failure would have left them, and starts a service on each
//! state.

mod disk;
mod trace;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use parsec_contracts::frame::{ResponseHeader, flags};
use parsec_contracts::operations::{ListKeys, Ping, PsaDestroyKey, PsaExportKey, RenameKey};
use parsec_contracts::{Operation, ServedBy, Status};
use parsec_harness::{Auth, Reply, Service, Wire, eventually, is_extended, keys};

use crate::killed_changes::{kill_traced, tracing};
use crate::needs::{Outcome, trials};
use disk::Disk;
use trace::{Call, Text};

trials!(a_power_failure_reverts_no_acknowledged_change);

const TRACED: &str = "openat,close,lseek,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,\
                      renameat2,link,linkat,unlink,unlinkat,sendto";

/// Key names and contents.
type Keys = BTreeMap<String, Vec<u8>>;

fn call<O: Operation>(wire: &mut Wire, operation: O) -> Reply {
    let provider = u8::from(O::OPCODE.served_by() == ServedBy::Crypto);
    wire.call(provider, &Auth::direct("web"), flags::EXTENSIONS, operation)
        .unwrap()
}

/// Makes changes one after another; returns the state of the keys before the first and after each.
fn change(wire: &mut Wire) -> Vec<Keys> {
    let mut now = Keys::new();
    let mut states = vec![now.clone()];
    let mut done = |reply: Reply, now: &Keys| {
        assert_eq!(reply.status(), Status::Success);
        states.push(now.clone());
    };
    for number in 0..6 {
        let (name, data) = (format!("key-{number}"), vec![number; 3000]);
        let reply = call(wire, keys::exportable(&name, &data));
        now.insert(name, data);
        done(reply, &now);
        if number % 2 == 1 {
            let (key_name, new_key_name) = (format!("key-{number}"), format!("new-{number}"));
            let data = now.remove(&key_name).unwrap();
            now.insert(new_key_name.clone(), data);
            done(
                call(
                    wire,
                    RenameKey {
                        key_name,
                        new_key_name,
                    },
                ),
                &now,
            );
            let key_name = format!("key-{}", number - 1);
            now.remove(&key_name);
            done(call(wire, PsaDestroyKey { key_name }), &now);
        }
    }
    states
}

fn listed(service: &Service) -> Keys {
    let mut wire = service.wire();
    let keys = call(&mut wire, ListKeys {}).output::<ListKeys>().unwrap();
    let export = |name: String| {
        let key_name = name.clone();
        let exported = call(&mut wire, PsaExportKey { key_name });
        let data = exported.output::<PsaExportKey>().unwrap().data;
        (name, data.expose().to_vec())
    };
    keys.keys
        .into_iter()
        .map(|key| key.name)
        .map(export)
        .collect()
}

/// Runs a service under strace from its first start on; returns its calls and the states of its
/// keys.
fn record(service: &Service) -> (Vec<Call>, Vec<Keys>) {
    let plain = service.command();
    let trace = service.scratch().join("trace");
    let mut command = Command::new("strace");
    command
        .args(["-D", "-q", "-f", "-xx", "-s", "100000", "-e", "signal=none"])
        .args(["-e", &format!("trace={TRACED}"), "-o"])
        .arg(&trace)
        .arg(plain.get_program())
        .args(["--config", "config.toml"])
        .current_dir(service.scratch())
        .env_clear()
        .env("HOME", service.scratch())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(service.scratch().join("traced.log")).unwrap());
    let mut child = command.spawn().unwrap();
    eventually("the traced service is ready", || {
        UnixStream::connect(service.socket()).is_ok()
    });
    let states = change(&mut service.wire());
    kill_traced(&mut child);
    (trace::calls(&fs::read_to_string(trace).unwrap()), states)
}

/// Returns whether the call sends the response to a change.
fn is_answer(call: &Call) -> bool {
    let Some(Text::Bytes(bytes)) = call.arguments.get(1) else {
        return false;
    };
    let header = bytes.first_chunk().map(ResponseHeader::decode);
    matches!(header, Some(Ok(header)) if header.opcode != Ping::OPCODE.number())
}

/// Reproducible pseudo-random numbers (the upper bits of a linear congruential generator).
struct Numbers(u64);

impl Numbers {
    fn bit(&mut self) -> bool {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.0 >> 63 == 1
    }
}

fn a_power_failure_reverts_no_acknowledged_change() -> Outcome {
    tracing()?;
    let service = Service::prepared(Service::direct_config());
    let (calls, states) = record(&service);
    let mut disk = Disk::new(&service.state_dir());
    let mut after = Service::prepared(Service::direct_config());
    let (mut answered, mut cuts) = (0, 0);
    let mut numbers = Numbers(1);
    for call in &calls {
        if disk.is_sync(call) {
            cuts += 1;
            // First without all unsynced data, then with any part of it.
            let rounds = if is_extended() { 10 } else { 1 + cuts % 2 };
            for round in (0..rounds).rev() {
                let survives = || round > 0 && numbers.bit();
                disk.write_remains(&after.state_dir(), survives);
                after.launch();
                let found = listed(&after);
                after.kill();
                let possible = &states[answered..states.len().min(answered + 2)];
                assert!(
                    possible.contains(&found),
                    "cut {cuts}, round {round}, after {answered} answers: {:?}, which was {:?}",
                    found.keys(),
                    possible.iter().map(Keys::keys).collect::<Vec<_>>()
                );
            }
        }
        disk.apply(call);
        answered += usize::from(is_answer(call));
    }
    // The trace may end before it contains the last response.
    assert!(answered + 2 >= states.len(), "only {answered} responses");
    assert!(cuts > answered, "{cuts} syncs for {answered} answers");
    Ok(())
}
