//! Secrets that never leave the service (key derivation, key agreement and key wrap), compared with
//! OpenSSL's command line.
mod agreement;
mod batches;
mod derivation;
mod encryption;
mod symmetric;
mod wrapping;

use std::process::Command;

use parsec_contracts::frame::flags;
use parsec_contracts::operations::{PsaExportKey, PsaImportKey};
use parsec_contracts::types::{Algorithm, KeyAttributes, KeyType, UsageFlags};
use parsec_contracts::{Operation, Status};
use parsec_harness::{Auth, Reply, Service, Wire, keys};

/// An application's connection.
struct App {
    wire: Wire,
}

impl App {
    fn of(service: &Service) -> Self {
        Self {
            wire: service.wire(),
        }
    }

    fn call<O: Operation>(&mut self, operation: O) -> Reply {
        let auth = Auth::direct("web");
        self.wire
            .call(1, &auth, flags::EXTENSIONS, operation)
            .unwrap()
    }

    fn output<O: Operation>(&mut self, operation: O) -> O::Output {
        self.call(operation).output::<O>().unwrap()
    }

    fn status<O: Operation>(&mut self, operation: O) -> Status {
        self.call(operation).status()
    }

    fn import(&mut self, name: &str, attributes: KeyAttributes, data: &[u8]) {
        let input = PsaImportKey {
            key_name: name.to_owned(),
            attributes,
            data: data.into(),
        };
        self.output(input);
    }

    fn export(&mut self, name: &str) -> Vec<u8> {
        let key_name = name.to_owned();
        self.output(PsaExportKey { key_name }).data.into_vec()
    }
}

fn attributes(
    key_type: KeyType,
    key_bits: u32,
    key_algorithm: Algorithm,
    usage: impl FnOnce(&mut UsageFlags),
) -> KeyAttributes {
    let mut key_usage_flags = UsageFlags::default();
    usage(&mut key_usage_flags);
    keys::attributes(key_type, key_bits, key_usage_flags, key_algorithm)
}

/// The attributes of an exportable key.
fn exportable(key_type: KeyType, bits: u32) -> KeyAttributes {
    attributes(key_type, bits, Algorithm::None, |usage| usage.export = true)
}

fn openssl(arguments: &[&str]) -> Vec<u8> {
    let run = Command::new("openssl").args(arguments).output().unwrap();
    let complaint = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "openssl {arguments:?}: {complaint}");
    run.stdout
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
