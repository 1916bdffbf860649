//! A tenant cannot list, use, destroy or detect another tenant's keys.

mod model;

use parsec_contracts::frame::flags;
use parsec_contracts::operations::{
    ListClients, ListKeys, PsaDestroyKey, PsaExportKey, PsaExportPublicKey, PsaSignHash,
};
use parsec_contracts::{Operation, Status};
use parsec_harness::{Auth, Reply, Service, keys};

const HASH: [u8; 32] = [7; 32];

fn call<O: Operation>(service: &Service, app: &str, flags: u16, operation: O) -> Reply {
    let provider = u8::from(O::OPCODE.served_by() == parsec_contracts::ServedBy::Crypto);
    let reply = service
        .wire()
        .call(provider, &Auth::direct(app), flags, operation);
    reply.expect("a reply")
}

fn names(service: &Service, app: &str) -> Vec<String> {
    let output = call(service, app, 0, ListKeys {}).output::<ListKeys>();
    let keys = output.expect("a list").keys;
    keys.into_iter().map(|key| key.name).collect()
}

fn create(service: &Service, app: &str, name: &str) -> Reply {
    call(service, app, 0, keys::generate(name, keys::ecdsa_p256()))
}

/// Every operation that names a key.
fn attempts(service: &Service, app: &str, flags: u16, name: &str) -> Vec<Reply> {
    let key_name = || name.to_owned();
    vec![
        call(service, app, flags, keys::sign(name, &HASH)),
        call(service, app, flags, keys::verify(name, &HASH, &[1; 64])),
        call(
            service,
            app,
            flags,
            PsaExportPublicKey {
                key_name: key_name(),
            },
        ),
        call(
            service,
            app,
            flags,
            PsaExportKey {
                key_name: key_name(),
            },
        ),
        call(
            service,
            app,
            flags,
            PsaDestroyKey {
                key_name: key_name(),
            },
        ),
    ]
}

#[test]
fn the_existence_of_a_key_is_hidden_from_other_tenants() {
    for flags in [0, flags::EXTENSIONS] {
        let service = Service::direct();
        let before = attempts(&service, "bob", flags, "web-tls");
        assert_eq!(
            create(&service, "alice", "web-tls").status(),
            Status::Success
        );
        let after = attempts(&service, "bob", flags, "web-tls");
        // Compares every byte, including the text of the error's detail.
        assert_eq!(before, after);
        for reply in after {
            assert_eq!(reply.status(), Status::PsaErrorDoesNotExist);
        }
        assert_eq!(names(&service, "bob"), [""; 0]);
        assert_eq!(names(&service, "alice"), ["web-tls"]);
    }
}

#[test]
fn two_tenants_may_use_the_same_name_for_different_keys() {
    let service = Service::direct();
    assert_eq!(
        create(&service, "alice", "web-tls").status(),
        Status::Success
    );
    assert_eq!(create(&service, "bob", "web-tls").status(), Status::Success);
    assert_eq!(
        create(&service, "bob", "web-tls").status(),
        Status::PsaErrorAlreadyExists
    );

    let signed = call(&service, "alice", 0, keys::sign("web-tls", &HASH));
    let signature = signed
        .output::<PsaSignHash>()
        .expect("a signature")
        .signature;
    let verify = |app| call(&service, app, 0, keys::verify("web-tls", &HASH, &signature));
    assert_eq!(verify("alice").status(), Status::Success);
    assert_eq!(verify("bob").status(), Status::PsaErrorInvalidSignature);

    let key_name = "web-tls".to_owned();
    let destroyed = call(&service, "bob", 0, PsaDestroyKey { key_name });
    assert_eq!(destroyed.status(), Status::Success);
    assert_eq!(verify("bob").status(), Status::PsaErrorDoesNotExist);
    assert_eq!(verify("alice").status(), Status::Success);
}

#[test]
fn isolation_outlives_a_restart() {
    let mut service = Service::direct();
    assert_eq!(
        create(&service, "alice", "web-tls").status(),
        Status::Success
    );
    service.restart();
    assert_eq!(names(&service, "bob"), [""; 0]);
    for reply in attempts(&service, "bob", 0, "web-tls") {
        assert_eq!(reply.status(), Status::PsaErrorDoesNotExist);
    }
    let signed = call(&service, "alice", 0, keys::sign("web-tls", &HASH));
    assert_eq!(signed.status(), Status::Success);
}

#[test]
fn an_administrator_sees_clients_but_not_their_keys() {
    let service = Service::direct();
    create(&service, "alice", "web-tls");
    create(&service, "bob", "mail");
    let clients = call(&service, "admin", 0, ListClients {}).output::<ListClients>();
    assert_eq!(clients.expect("a list").clients, ["alice", "bob"]);
    assert_eq!(names(&service, "admin"), [""; 0]);
    for reply in attempts(&service, "admin", 0, "web-tls") {
        assert_eq!(reply.status(), Status::PsaErrorDoesNotExist);
    }
}

#[test]
fn names_similar_to_another_tenants_give_no_access() {
    let service = Service::direct();
    create(&service, "alice", "web-tls");
    for app in [
        "alice ",
        "Alice",
        "alice\0",
        "alic",
        "alice/web-tls",
        "%",
        "a_ice",
    ] {
        assert_eq!(names(&service, app), [""; 0], "{app:?}");
    }
    for name in ["web-tls ", "WEB-TLS", "web-tls\0", "web%", "web_tls"] {
        let signed = call(&service, "alice", 0, keys::sign(name, &HASH));
        assert_ne!(signed.status(), Status::Success, "{name:?}");
    }
}
