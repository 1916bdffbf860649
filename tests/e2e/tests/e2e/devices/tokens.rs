//! Properties of tokens.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use parsec_contracts::Status;
use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_contracts::operations::{ListKeys, ListProviders, PsaSignHash};
use parsec_contracts::types::AsymmetricSignature;
use parsec_harness::{Auth, Devices, Service, SoftHsm, keys};

use crate::devices::{HASH, PKCS11, SECOND_PKCS11, auth, destroy, generate, names, on_token, sign};

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
    // A strict client would fail on an unknown number.
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

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[test]
fn missing_keys_are_kept_and_unknown_objects_are_not_removed() {
    let devices = Devices::start();
    let token = Devices::TOKENS[0];
    let mut service = devices.service().start();
    let mut wire = service.wire();
    assert_eq!(generate(&mut wire, PKCS11, "old"), Status::Success);
    let old = on_token(&devices.softhsm, token, "privkey");
    service.terminate();
    let backup = service.scratch().join("backup");
    copy_folder(&service.state_dir(), &backup);

    // A newer key exists when the older store is restored: the object may belong to another
    // program.
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

    // The object is removed without the service: the key is kept, and the log reports it as
    // missing.
    let id = old.first().unwrap();
    for kind in ["privkey", "pubkey"] {
        let delete = ["--delete-object", "--type", kind, "--id", id];
        devices.softhsm.pkcs11_tool(token, &delete);
    }
    service.restart();
    assert_eq!(names(&service, PKCS11), BTreeSet::from(["old".to_owned()]));
    assert!(
        service
            .log()
            .contains("its device does not list its object")
    );
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
    // Also after several restarts.
    for _ in 0..5 {
        refused("so this one is not tried");
    }
    // A user who knows the PIN logs in; then the service may log in again.
    on_token(&devices.softhsm, Devices::TOKENS[0], "privkey");
    let service = devices.service().start();
    assert_eq!(
        generate(&mut service.wire(), PKCS11, "key"),
        Status::Success
    );
}

#[test]
fn openssl_verifies_ed25519_signatures_of_a_token() {
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
    // The client selects the only provider that supports it.
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
    // A strict client would fail on the whole list because of an unknown algorithm.
    let reply = service.wire().call(0, &auth(), 0, ListKeys {}).unwrap();
    assert!(reply.output::<ListKeys>().unwrap().keys.is_empty());
    // Ed25519 does not sign hashes.
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
    // With the same provider name, as on two hosts with the same configuration and one token.
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
    // Each service removes its own leftovers at start, and does not change the other's objects.
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

#[test]
fn a_token_that_is_not_initialized_is_named_as_such() {
    // SoftHSM without tokens shows one that is not initialized, in slot 0.
    let softhsm = SoftHsm::with_tokens(&[]);
    let config = format!(
        "{}\n[[provider]]\nprovider_type = \"Pkcs11\"\nlibrary_path = {:?}\nslot_number = 0\n\
         user_pin = \"{}\"\n",
        Service::direct_config(),
        SoftHsm::library(),
        SoftHsm::PIN,
    );
    let service = Service::builder()
        .config(config)
        .env("SOFTHSM2_CONF", softhsm.config())
        .prepare();
    let checked = service.run(&["--config", "config.toml", "--check"]);
    let text = String::from_utf8_lossy(&checked.stderr);
    assert_eq!(checked.status.code(), Some(6), "{text}");
    assert!(text.contains("is not initialized"), "{text}");
    assert!(text.contains("--init-token"), "{text}");
}
