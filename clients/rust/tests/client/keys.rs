//! The life cycle of keys.

use std::collections::BTreeSet;

use parsec_client::types::KeyInfo;
use parsec_client::{ErrorKind, ProviderId, aes_256_gcm, ecdsa_p256, ecdsa_p384, rsa};
use parsec_harness::Service;

use crate::{blocking, named};

fn names(keys: &[KeyInfo]) -> BTreeSet<&str> {
    keys.iter().map(|key| key.name.as_str()).collect()
}

#[test]
fn key_life_cycle() {
    let service = Service::start();
    let parsec = blocking(&service);
    assert!(parsec.keys().unwrap().is_empty());

    let key = parsec.generate("web-tls", ecdsa_p256()).unwrap();
    parsec.generate("other", ecdsa_p384()).unwrap();
    assert_eq!(
        names(&parsec.keys().unwrap()),
        BTreeSet::from(["other", "web-tls"])
    );

    let opened = parsec.open("web-tls").unwrap();
    assert_eq!(opened.attributes(), key.attributes());
    assert_eq!(opened.public_key(), Some(key.public_key()));

    let clone = key.clone();
    key.delete().unwrap();
    assert_eq!(names(&parsec.keys().unwrap()), BTreeSet::from(["other"]));
    for error in [
        clone.sign(b"hello").unwrap_err(),
        parsec.open("web-tls").unwrap_err(),
        clone.delete().unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::KeyNotFound, "{error}");
        assert_eq!(error.key_name(), Some("web-tls"));
        assert!(error.to_string().contains("web-tls"), "{error}");
    }
}

#[test]
fn dropping_handles_and_clients_deletes_nothing() {
    let service = Service::start();
    drop(blocking(&service).generate("key", ecdsa_p256()).unwrap());
    blocking(&service).open_signing_key("key").unwrap();
}

#[test]
fn names_are_unique() {
    let service = Service::start();
    let parsec = blocking(&service);
    let key = parsec.generate("key", ecdsa_p256()).unwrap();
    let error = parsec.generate("key", ecdsa_p384()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyExists, "{error}");
    assert_eq!(error.key_name(), Some("key"));
    let same = parsec.open_signing_key("key").unwrap();
    assert_eq!(same.public_key(), key.public_key());
}

#[test]
fn concurrent_get_or_generate_creates_one_key() {
    let service = Service::start();
    let keys: BTreeSet<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let key = blocking(&service).get_or_generate("key", ecdsa_p256());
                    key.unwrap().public_key().to_pem()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(keys.len(), 1);
}

#[test]
fn only_copyable_keys_are_copied() {
    let service = Service::start();
    let parsec = blocking(&service);
    let key = parsec.generate("web", ecdsa_p256().copyable()).unwrap();
    assert_eq!(key.copy("web-2").unwrap().public_key(), key.public_key());
    let vault = parsec.generate("vault", aes_256_gcm().copyable()).unwrap();
    let sealed = vault.encrypt(b"secret").unwrap();
    let copy = vault.copy("vault-2").unwrap();
    assert_eq!(copy.decrypt(&sealed).unwrap().as_slice(), b"secret");
    let fixed = parsec.generate("fixed", ecdsa_p256()).unwrap();
    let error = fixed.copy("fixed-2").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotPermitted, "{error}");
}

#[test]
fn get_or_generate_reports_differences() {
    let service = Service::start();
    let parsec = blocking(&service);
    parsec.generate("ec", ecdsa_p256()).unwrap();
    parsec.generate("rsa", rsa().bits(2048)).unwrap();
    let differences = [
        (
            parsec.get_or_generate("ec", ecdsa_p384()).unwrap_err(),
            "it is P-256, not P-384",
        ),
        (
            parsec
                .get_or_generate("ec", ecdsa_p256().exportable())
                .unwrap_err(),
            "may not be exported",
        ),
        (
            parsec
                .get_or_generate("rsa", rsa().bits(2048).pkcs1())
                .unwrap_err(),
            "it is for",
        ),
        (
            parsec.get_or_generate("ec", rsa()).unwrap_err(),
            "it is P-256, not RSA",
        ),
    ];
    for (error, expected) in differences {
        assert_eq!(error.kind(), ErrorKind::KeyExists, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn names_may_contain_any_text() {
    let service = Service::start();
    let parsec = blocking(&service);
    for name in [
        "ключ/鍵",
        "../../etc/passwd",
        "a b\nc",
        "'; drop table keys",
    ] {
        let key = parsec.generate(name, ecdsa_p256()).unwrap();
        assert_eq!(key.name(), name);
        parsec
            .open_signing_key(name)
            .unwrap()
            .sign(b"hello")
            .unwrap();
    }
    assert_eq!(parsec.keys().unwrap().len(), 4);
}

#[test]
fn applications_have_separate_names() {
    let service = Service::direct();
    let (shop, bank) = (named(&service, "shop"), named(&service, "bank"));
    let key = shop.generate("key", ecdsa_p256()).unwrap();
    assert!(bank.keys().unwrap().is_empty());
    let unseen = bank.open("key").unwrap_err();
    let absent = bank.open("nothing").unwrap_err();
    assert_eq!(unseen.kind(), ErrorKind::KeyNotFound);
    // They differ only in their name.
    assert_eq!(
        unseen.to_string().replace("key", "nothing"),
        absent.to_string().replace("key", "nothing")
    );
    let own = bank.generate("key", ecdsa_p256()).unwrap();
    assert_ne!(own.public_key(), key.public_key());
    own.delete().unwrap();
    key.sign(b"hello").unwrap();
}

#[test]
fn a_client_may_be_restricted_to_one_provider() {
    let service = Service::start();
    let parsec = blocking(&service);
    let software = parsec.with_provider(ProviderId::Software);
    let key = software.generate("key", ecdsa_p256()).unwrap();
    assert_eq!(key.provider(), ProviderId::Software);

    let tpm = parsec.with_provider(ProviderId::Tpm);
    for error in [
        tpm.generate("other", ecdsa_p256()).unwrap_err(),
        tpm.random(8).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotSupported, "{error}");
        let text = error.to_string();
        assert!(text.contains("provider tpm; it runs software"), "{text}");
    }
    let error = tpm.open("key").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyNotFound, "{error}");
}

#[test]
fn a_specification_may_set_the_provider() {
    let service = Service::start();
    let parsec = blocking(&service);
    let software = ecdsa_p256().provider(ProviderId::Software);
    let key = parsec.generate("key", software.clone()).unwrap();
    assert_eq!(key.provider(), ProviderId::Software);
    let same = parsec.get_or_generate("key", software).unwrap();
    assert_eq!(same.public_key(), key.public_key());

    let error = parsec
        .generate("other", rsa().provider(ProviderId::Pkcs11))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSupported, "{error}");
    assert!(error.to_string().contains("pkcs11"), "{error}");
}
