//! Changes of the store that are killed at each of their system calls, twice in a row: commands,
//! requests to a running service, and upgrades of the store at start.

mod commands;
mod requests;
mod strace;
mod upgrade;

use std::collections::BTreeMap;

use libtest_mimic::Trial;
use parsec_contracts::operations::{ListKeys, PsaExportKey, PsaImportKey};
use parsec_contracts::types::{Algorithm, KeyAttributes, KeyType, UsageFlags};
use parsec_contracts::{Operation, ServedBy, Status};
use parsec_harness::{Auth, Reply, Service, Wire, is_extended, keys};

pub(crate) fn trials() -> Vec<Trial> {
    [commands::trials(), requests::trials(), upgrade::trials()]
        .into_iter()
        .flatten()
        .collect()
}

pub(crate) use strace::{kill_traced, tracing};

/// Key names and contents.
type Keys = BTreeMap<String, Vec<u8>>;

fn call<O: Operation>(wire: &mut Wire, operation: O) -> std::io::Result<Reply> {
    let provider = u8::from(O::OPCODE.served_by() == ServedBy::Crypto);
    let flags = parsec_contracts::frame::flags::EXTENSIONS;
    wire.call(provider, &Auth::direct("web"), flags, operation)
}

/// Attributes of exportable and copyable data.
fn data_attributes(length: usize) -> KeyAttributes {
    let usage = UsageFlags {
        export: true,
        copy: true,
        ..UsageFlags::default()
    };
    let bits = 8 * u32::try_from(length).unwrap();
    keys::attributes(KeyType::RawData, bits, usage, Algorithm::None)
}

fn import(name: &str, data: &[u8]) -> PsaImportKey {
    PsaImportKey {
        key_name: name.to_owned(),
        attributes: data_attributes(data.len()),
        data: data.into(),
    }
}

/// Creates keys of these names.
fn make_keys(service: &Service, names: &[&str]) {
    let mut wire = service.wire();
    for name in names {
        let made = call(&mut wire, import(name, data_of(name).as_slice())).unwrap();
        assert_eq!(made.status(), Status::Success, "{name}");
    }
}

/// Returns the expected contents of the key of this name, if a test imported it.
fn data_of(name: &str) -> Vec<u8> {
    format!("data of {name}").into_bytes()
}

/// Returns all keys that the service lists, after checking that each works.
fn listed(service: &Service, when: &str) -> Keys {
    let mut wire = service.wire();
    let listed = call(&mut wire, ListKeys {}).unwrap().output::<ListKeys>();
    let listed = listed.unwrap().keys.into_iter().map(|key| {
        let key_name = key.name.clone();
        let reply = call(&mut wire, PsaExportKey { key_name }).unwrap();
        assert_eq!(reply.status(), Status::Success, "{when}: {}", key.name);
        let exported = reply.output::<PsaExportKey>().unwrap();
        (key.name, exported.data.expose().to_vec())
    });
    listed.collect()
}

/// Checks that the store is valid, whether the service runs or not.
fn assert_sound(service: &Service, when: &str) {
    let output = service.run(&["--config", "config.toml", "store", "check"]);
    assert!(output.status.success(), "{when}: {output:?}");
}

/// Chooses the point of the second kill: one of many, different for each `round`; in the extended
/// tests every eighth, so that eight rounds cover all.
fn second<T>(all: &[T], round: usize) -> impl Iterator<Item = &T> {
    let step = if is_extended() { 8 } else { all.len() };
    // Seven is coprime to eight, and skips the first calls, which change nothing.
    all.iter().skip(round * 7 % step).step_by(step)
}

/// Selects some of many, different ones for each `round`; all of them in the extended tests.
fn sample<T>(all: &[T], round: usize, few: usize) -> impl Iterator<Item = &T> {
    let step = match is_extended() {
        true => 1,
        false => all.len().div_ceil(few).max(1),
    };
    all.iter().skip(round % step).step_by(step)
}
