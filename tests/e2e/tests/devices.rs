#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! Keys on devices: made and removed in one step for the caller, whatever happens in between.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_contracts::operations::{
    ListKeys, ListProviders, PsaDestroyKey, PsaExportPublicKey, PsaImportKey, PsaSignHash,
    PsaVerifyHash,
};
use parsec_contracts::types::{AsymmetricSignature, KeyAttributes, KeyInfo, KeyType};
use parsec_contracts::{Secret, Status};
use parsec_harness::{Auth, Devices, Service, SoftHsm, Swtpm, Wire, keys};

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

/// The private keys on a token: each line that tells an ID.
fn on_token(softhsm: &SoftHsm, label: &str, kind: &str) -> BTreeSet<String> {
    softhsm
        .pkcs11_tool(label, &["--list-objects", "--type", kind])
        .lines()
        .filter_map(|line| line.trim().strip_prefix("ID:"))
        .map(|id| id.trim().to_owned())
        .collect()
}

/// What the TPM holds, by tpm2-tools. The service must have let go of it.
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
fn every_device_makes_keys_and_each_verifies_what_the_others_sign() {
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

#[test]
fn two_tokens_are_two_providers() {
    let devices = Devices::start();
    let service = devices.service().start();
    let mut wire = service.wire();
    let mut list = |flags| {
        let reply = wire.call(0, &Auth::None, flags, ListProviders {}).unwrap();
        let providers = reply.output::<ListProviders>().unwrap().providers;
        providers
            .into_iter()
            .map(|provider| (provider.id, provider.uuid, provider.description))
            .collect::<Vec<_>>()
    };
    let all = list(EXTENSIONS);
    let ids: Vec<u32> = all.iter().map(|(id, ..)| *id).collect();
    assert_eq!(ids, [1, 2, 3, 128, 0]);
    assert!(all[1].2.starts_with("pkcs11-provider: "), "{all:?}");
    assert!(all[3].2.starts_with("second token: "), "{all:?}");
    assert_ne!(all[1].1, all[3].1);
    // A strict client would fail on a number that it does not know.
    let published: Vec<u32> = list(0).iter().map(|(id, ..)| *id).collect();
    assert_eq!(published, [1, 2, 3, 0]);

    assert_eq!(generate(&mut wire, PKCS11, "one"), Status::Success);
    assert_eq!(generate(&mut wire, SECOND_PKCS11, "two"), Status::Success);
    assert_eq!(
        sign(&mut wire, SECOND_PKCS11, "one"),
        Err(Status::PsaErrorDoesNotExist)
    );
    sign(&mut wire, SECOND_PKCS11, "two").unwrap();
    for token in Devices::TOKENS {
        let objects = on_token(&devices.softhsm, token, "privkey");
        assert_eq!(objects.len(), 1, "{token}: {objects:?}");
    }
    let seen = wire.call(0, &auth(), 0, ListKeys {}).unwrap();
    let seen = seen.output::<ListKeys>().unwrap().keys;
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[test]
fn a_destroyed_key_leaves_nothing_on_its_token() {
    let devices = Devices::start();
    let service = devices.service().start();
    let mut wire = service.wire();
    let left = || on_token(&devices.softhsm, Devices::TOKENS[0], "privkey").len();
    for name in ["a", "b"] {
        assert_eq!(generate(&mut wire, PKCS11, name), Status::Success);
    }
    assert_eq!(left(), 2);
    assert_eq!(destroy(&mut wire, PKCS11, "a"), Status::Success);
    assert_eq!(left(), 1);
    assert_eq!(
        generate(&mut wire, PKCS11, "b"),
        Status::PsaErrorAlreadyExists
    );
    assert_eq!(left(), 1);
    sign(&mut wire, PKCS11, "b").unwrap();
}

/// Makes keys until the service is gone, noting each that the service acknowledges.
fn create(mut wire: Wire, provider: u8, round: usize, acknowledged: &Mutex<BTreeSet<String>>) {
    for number in 0.. {
        let name = format!("round-{round}-key-{number}");
        let operation = keys::generate(&name, keys::ecdsa_p256());
        let Ok(reply) = wire.call(provider, &auth(), EXTENSIONS, operation) else {
            return;
        };
        assert_eq!(reply.status(), Status::Success);
        acknowledged.lock().unwrap().insert(name);
        if number % 3 == 2 {
            let key_name = format!("round-{round}-key-{}", number - 1);
            acknowledged.lock().unwrap().remove(&key_name);
            let destroy = PsaDestroyKey { key_name };
            if wire.call(provider, &auth(), EXTENSIONS, destroy).is_err() {
                return;
            }
        }
    }
}

#[test]
fn a_killed_service_leaves_neither_keys_without_objects_nor_objects_without_keys() {
    const CREATIONS: usize = 200;
    let devices = Devices::start();
    let mut service = devices.service().start();
    let acknowledged = [Mutex::new(BTreeSet::new()), Mutex::new(BTreeSet::new())];
    let mut made = [0, 0];
    let mut round = 0;
    while made.iter().any(|count| *count < CREATIONS) {
        let before: Vec<usize> = [PKCS11, TPM]
            .iter()
            .map(|provider| names(&service, *provider).len())
            .collect();
        thread::scope(|scope| {
            for (provider, acknowledged) in [PKCS11, TPM].into_iter().zip(&acknowledged) {
                let wire = service.wire();
                scope.spawn(move || create(wire, provider, round, acknowledged));
            }
            // A different moment each time.
            thread::sleep(Duration::from_millis(60 + 37 * (round as u64 % 11)));
            service.kill();
        });
        service.restart();
        for (index, provider) in [PKCS11, TPM].into_iter().enumerate() {
            let listed = names(&service, provider);
            let acknowledged = acknowledged[index].lock().unwrap();
            let lost: Vec<_> = acknowledged.difference(&listed).collect();
            assert!(lost.is_empty(), "{provider}, round {round}: lost {lost:?}");
            // A third of what was made was removed again.
            made[index] += (listed.len() - before[index]) * 3 / 2;
        }
        let on_token = on_token(&devices.softhsm, Devices::TOKENS[0], "privkey");
        let public = self::on_token(&devices.softhsm, Devices::TOKENS[0], "pubkey");
        assert_eq!(
            on_token.len(),
            names(&service, PKCS11).len(),
            "round {round}"
        );
        assert_eq!(on_token, public, "round {round}");
        round += 1;
    }
    println!("{round} rounds, {made:?} keys were made");
    let mut wire = service.wire();
    for provider in [PKCS11, TPM] {
        for name in names(&service, provider) {
            let signature = sign(&mut wire, provider, &name).unwrap();
            verify(&mut wire, provider, &name, &signature);
        }
    }
    service.terminate();
    for what in [
        "handles-transient",
        "handles-persistent",
        "handles-loaded-session",
    ] {
        assert_eq!(in_tpm(&devices, what), "", "{what}");
    }
}

#[test]
fn a_service_that_stops_leaves_its_tpm_as_it_was() {
    let devices = Devices::start();
    let mut service = devices.service().start();
    let keys = ["a", "b", "c"];
    for name in keys {
        assert_eq!(generate(&mut service.wire(), TPM, name), Status::Success);
    }
    for round in 0..10 {
        // A connection that is still there.
        let mut wire = service.wire();
        for name in keys {
            sign(&mut wire, TPM, name).unwrap();
        }
        service.terminate();
        for what in ["handles-transient", "handles-loaded-session"] {
            assert_eq!(in_tpm(&devices, what), "", "round {round}: {what}");
        }
        service.restart();
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[test]
fn a_key_goes_whose_object_somebody_removed_and_no_object_goes_that_nobody_told_of() {
    let devices = Devices::start();
    let token = Devices::TOKENS[0];
    let mut service = devices.service().start();
    let mut wire = service.wire();
    assert_eq!(generate(&mut wire, PKCS11, "old"), Status::Success);
    let old = on_token(&devices.softhsm, token, "privkey");
    service.terminate();
    let backup = service.scratch().join("backup");
    copy_folder(&service.state_dir(), &backup);

    // A newer key, and then the older store again: the object belongs to somebody.
    service.restart();
    assert_eq!(
        generate(&mut service.wire(), PKCS11, "new"),
        Status::Success
    );
    service.terminate();
    fs::remove_dir_all(service.state_dir()).unwrap();
    copy_folder(&backup, &service.state_dir());
    service.restart();
    assert_eq!(names(&service, PKCS11), BTreeSet::from(["old".to_owned()]));
    assert_eq!(on_token(&devices.softhsm, token, "privkey").len(), 2);

    // The object goes behind the service's back: at the next start, so does the key.
    let id = old.first().unwrap();
    for kind in ["privkey", "pubkey"] {
        let delete = ["--delete-object", "--type", kind, "--id", id];
        devices.softhsm.pkcs11_tool(token, &delete);
    }
    service.restart();
    assert!(names(&service, PKCS11).is_empty());
    assert!(service.log().contains("its device has lost its object"));
}

#[test]
fn a_wrong_pin_is_tried_once_and_never_again() {
    let devices = Devices::start();
    let refused = |expected: &str| {
        let error = devices.service_with_pin("000000").try_start().unwrap_err();
        let error = error.to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("000000"), "{error}");
    };
    refused("the token refused the PIN");
    // However often it is restarted.
    for _ in 0..5 {
        refused("is not tried before you have checked it");
    }
    // Somebody who knows the PIN logs in, and then so may the service.
    on_token(&devices.softhsm, Devices::TOKENS[0], "privkey");
    let service = devices.service().start();
    assert_eq!(
        generate(&mut service.wire(), PKCS11, "key"),
        Status::Success
    );
}

#[test]
fn the_service_goes_on_when_its_tpm_was_restarted() {
    let mut devices = Devices::start();
    let service = devices.service().start();
    let mut wire = service.wire();
    assert_eq!(generate(&mut wire, TPM, "key"), Status::Success);
    sign(&mut wire, TPM, "key").unwrap();
    devices.swtpm.kill();
    assert_eq!(
        sign(&mut wire, TPM, "key"),
        Err(Status::PsaErrorCommunicationFailure)
    );
    // Others do not notice.
    assert_eq!(generate(&mut wire, PKCS11, "key"), Status::Success);
    sign(&mut wire, PKCS11, "key").unwrap();
    devices.swtpm.restart();
    sign(&mut wire, TPM, "key").unwrap();
}

#[test]
fn a_sealed_master_key_is_of_use_with_its_tpm_alone() {
    let devices = Devices::start();
    let other = Swtpm::start();
    let config = |tcti: &str, seal: bool| {
        format!(
            "{}\n[key_store]\npath = \"{{state}}/keys.sqlite3\"\n\
             master_key_file = \"{{state}}/master.key\"\nseal_master_key = {seal}\n\
             [[provider]]\nprovider_type = \"Tpm\"\ntcti = \"{tcti}\"\n",
            Service::direct_config()
        )
    };
    let mine = devices.swtpm.tcti();
    let mut service = Service::builder()
        .config(config(&mine, false))
        .env("TSS2_LOG", "all+NONE")
        .start();
    assert_eq!(generate(&mut service.wire(), 1, "key"), Status::Success);
    let file = service.state_dir().join("master.key");
    let plain = fs::read(&file).unwrap();
    assert_eq!(plain.len(), 32);

    service.reconfigure(&config(&mine, true)).unwrap();
    sign(&mut service.wire(), 1, "key").unwrap();
    let sealed = fs::read(&file).unwrap();
    assert!(sealed.starts_with(b"parsec master key, sealed"));
    assert!(!sealed.windows(16).any(|some| some == &plain[..16]));
    service.restart();
    sign(&mut service.wire(), 1, "key").unwrap();
    let error = service.reconfigure(&config(&mine, false)).unwrap_err();
    assert!(
        error.to_string().contains("seal_master_key = true"),
        "{error}"
    );
    let error = service
        .reconfigure(&config(&other.tcti(), true))
        .unwrap_err();
    assert!(
        error.to_string().contains("cannot be sealed or unsealed"),
        "{error}"
    );
    service.reconfigure(&config(&mine, true)).unwrap();
    sign(&mut service.wire(), 1, "key").unwrap();
}

#[test]
fn an_ed25519_key_of_a_token_signs_what_openssl_verifies() {
    let devices = Devices::start();
    let service = devices.service().start();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter"), "Dear all,\n").unwrap();
    let parsec = |arguments: &[&str]| {
        let output = Command::new(parsec_harness::cli())
            .args(["--application", "web"])
            .args(arguments)
            .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    };
    // The one provider that has it is found.
    parsec(&["key", "create", "k", "--type", "ed25519"]);
    parsec(&["sign", "k", "letter", "-o", "letter.sig"]);
    parsec(&["verify", "k", "letter.sig", "letter"]);
    parsec(&["public", "k", "-o", "k.pem"]);
    let verify = ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "k.pem"];
    let output = Command::new("openssl")
        .args(verify)
        .args(["-in", "letter", "-sigfile", "letter.sig"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    // A strict client would fail on the whole list for an algorithm that it does not know.
    let reply = service.wire().call(0, &auth(), 0, ListKeys {}).unwrap();
    assert!(reply.output::<ListKeys>().unwrap().keys.is_empty());
    // A hash is no message.
    let sign = PsaSignHash {
        key_name: "k".to_owned(),
        alg: AsymmetricSignature::PureEddsa,
        hash: HASH.to_vec(),
    };
    let reply = service.wire().call(PKCS11, &auth(), EXTENSIONS, sign);
    assert_eq!(reply.unwrap().status(), Status::PsaErrorNotPermitted);
}

#[test]
fn two_services_share_a_token_and_none_of_its_objects() {
    let devices = Devices::start();
    let token = |count: usize| {
        let objects = on_token(&devices.softhsm, Devices::TOKENS[0], "privkey");
        assert_eq!(objects.len(), count, "{objects:?}");
    };
    let config = |name: &str| {
        format!(
            "{}\n[[provider]]\nprovider_type = \"Pkcs11\"\nname = \"{name}\"\n\
             library_path = {:?}\ntoken_label = \"first token\"\nuser_pin = \"{}\"\n",
            Service::direct_config(),
            SoftHsm::library(),
            SoftHsm::PIN,
        )
    };
    // Of the same name, as on two hosts that have the same configuration and one token.
    let mut services = [0, 1].map(|_| {
        Service::builder()
            .config(config("hsm"))
            .env("SOFTHSM2_CONF", devices.softhsm.config())
            .start()
    });
    for service in &services {
        assert_eq!(
            generate(&mut service.wire(), PKCS11, "key"),
            Status::Success
        );
    }
    token(2);
    let signature = sign(&mut services[0].wire(), PKCS11, "key").unwrap();
    let verify = keys::verify("key", &HASH, &signature);
    let other = services[1].wire().call(PKCS11, &auth(), EXTENSIONS, verify);
    assert_eq!(other.unwrap().status(), Status::PsaErrorInvalidSignature);
    // Each puts its own in order at its start, and leaves the other's alone.
    for service in &mut services {
        service.restart();
    }
    token(2);
    assert_eq!(
        destroy(&mut services[0].wire(), PKCS11, "key"),
        Status::Success
    );
    token(1);
    sign(&mut services[1].wire(), PKCS11, "key").unwrap();
    assert_eq!(
        sign(&mut services[0].wire(), PKCS11, "key"),
        Err(Status::PsaErrorDoesNotExist)
    );
}
