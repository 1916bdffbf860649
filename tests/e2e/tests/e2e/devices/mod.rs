//! Keys on devices: creation and deletion are atomic for the caller.

mod absence;
mod absence_of_tpm;
mod attestation;
mod hung;
mod imports;
mod killed;
mod provider_table;
mod tokens;
mod tpm;

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_contracts::operations::{
    ListKeys, PsaDestroyKey, PsaExportPublicKey, PsaImportKey, PsaSignHash, PsaVerifyHash,
};
use parsec_contracts::types::{KeyAttributes, KeyInfo, KeyType};
use parsec_contracts::{Secret, Status};
use parsec_harness::{Auth, Devices, Service, SoftHsm, Wire, keys};

const HASH: [u8; 32] = [0x42; 32];
const PKCS11: u8 = 2;
const SECOND_PKCS11: u8 = 128;
const TPM: u8 = 3;

fn auth() -> Auth {
    Auth::direct("web")
}

fn generate(wire: &mut Wire, provider: u8, name: &str) -> Status {
    let operation = keys::generate(name, keys::ecdsa_p256());
    let reply = wire.call(provider, &auth(), EXTENSIONS, operation);
    reply.unwrap().status()
}

fn sign(wire: &mut Wire, provider: u8, name: &str) -> Result<Vec<u8>, Status> {
    let reply = wire
        .call(provider, &auth(), EXTENSIONS, keys::sign(name, &HASH))
        .unwrap();
    match reply.status() {
        Status::Success => Ok(reply.output::<PsaSignHash>().unwrap().signature),
        other => Err(other),
    }
}

fn verify(wire: &mut Wire, provider: u8, name: &str, signature: &[u8]) {
    let verify = keys::verify(name, &HASH, signature);
    let reply = wire.call(provider, &auth(), EXTENSIONS, verify).unwrap();
    reply.output::<PsaVerifyHash>().unwrap();
}

fn destroy(wire: &mut Wire, provider: u8, name: &str) -> Status {
    let key_name = name.to_owned();
    let reply = wire.call(provider, &auth(), EXTENSIONS, PsaDestroyKey { key_name });
    reply.unwrap().status()
}

fn listed(service: &Service) -> Vec<KeyInfo> {
    let reply = service.wire().call(0, &auth(), EXTENSIONS, ListKeys {});
    reply.unwrap().output::<ListKeys>().unwrap().keys
}

fn names(service: &Service, provider: u8) -> BTreeSet<String> {
    listed(service)
        .into_iter()
        .filter(|key| key.provider_id == u32::from(provider))
        .map(|key| key.name)
        .collect()
}

/// Returns the private keys on a token: each line with an ID.
fn on_token(softhsm: &SoftHsm, label: &str, kind: &str) -> BTreeSet<String> {
    softhsm
        .pkcs11_tool(label, &["--list-objects", "--type", kind])
        .lines()
        .filter_map(|line| line.trim().strip_prefix("ID:"))
        .map(|id| id.trim().to_owned())
        .collect()
}

/// Lists the objects in the TPM with tpm2-tools, while the service does not use it.
fn in_tpm(devices: &Devices, what: &str) -> String {
    let output = Command::new("tpm2_getcap")
        .args(["--tcti", &devices.swtpm.tcti(), what])
        .stdin(Stdio::null())
        .output()
        .expect("tpm2-tools are installed; `cargo xtask test` does it");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_device_generates_keys_and_verifies_signatures_of_the_others() {
    let devices = Devices::start();
    let service = devices.service().start();
    let mut wire = service.wire();
    for signer in Devices::PROVIDERS {
        assert_eq!(generate(&mut wire, signer, "key"), Status::Success);
        let signature = sign(&mut wire, signer, "key").unwrap();
        let key_name = "key".to_owned();
        let exported = wire.call(signer, &auth(), EXTENSIONS, PsaExportPublicKey { key_name });
        let public = exported
            .unwrap()
            .output::<PsaExportPublicKey>()
            .unwrap()
            .data;
        for verifier in Devices::PROVIDERS {
            let name = format!("public-of-{signer}");
            let import = PsaImportKey {
                key_name: name.clone(),
                attributes: KeyAttributes {
                    key_type: KeyType::EccPublicKey {
                        curve_family: parsec_contracts::types::EccFamily::SecpR1,
                    },
                    ..keys::ecdsa_p256()
                },
                data: Secret::from(&public[..]),
            };
            let imported = wire.call(verifier, &auth(), EXTENSIONS, import).unwrap();
            assert_eq!(imported.status(), Status::Success, "{signer} {verifier}");
            verify(&mut wire, verifier, &name, &signature);
        }
    }
}
