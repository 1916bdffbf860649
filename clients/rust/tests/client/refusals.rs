//! Errors of the service, as the caller sees them.

use parsec_client::operations::{ListClients, PsaGenerateKey, PsaSignHash};
use parsec_client::types::{
    Algorithm, AsymmetricSignature, EccFamily, Hash, KeyAttributes, KeyPolicy, KeyType, SignHash,
    UsageFlags,
};
use parsec_client::{
    Authentication, Endpoint, ErrorKind, Opcode, ProviderId, Status, blocking::Client, ecdsa_p256,
};
use parsec_harness::Service;

use crate::{blocking, named};

fn signs_only() -> KeyAttributes {
    KeyAttributes {
        key_type: KeyType::EccKeyPair {
            curve_family: EccFamily::SecpR1,
        },
        key_bits: 256,
        key_policy: KeyPolicy {
            key_usage_flags: UsageFlags {
                sign_hash: true,
                ..UsageFlags::default()
            },
            key_algorithm: Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa {
                hash_alg: SignHash::Specific(Hash::Sha256),
            }),
        },
    }
}

#[test]
fn errors_have_the_status_and_the_services_detail() {
    let service = Service::start();
    let input = PsaSignHash {
        key_name: "missing".into(),
        alg: AsymmetricSignature::Ecdsa {
            hash_alg: SignHash::Specific(Hash::Sha256),
        },
        hash: vec![0; 32],
    };
    let error = blocking(&service)
        .raw()
        .psa_sign_hash(ProviderId::Software, input)
        .unwrap_err();
    assert_eq!(error.status(), Some(Status::PsaErrorDoesNotExist));
    assert_eq!(error.kind(), ErrorKind::KeyNotFound);
    assert_eq!(error.operation(), Some(Opcode::PsaSignHash));
    assert!(error.detail().is_some(), "{error:?}");
    assert!(error.reason().is_some(), "{error:?}");
    assert!(!error.is_retryable());
    assert!(!error.outcome_unknown());
    assert_eq!(error.to_string().lines().count(), 1, "{error}");
}

#[test]
fn a_policy_without_verification_is_reported() {
    let service = Service::start();
    let parsec = blocking(&service);
    let input = PsaGenerateKey {
        key_name: "key".into(),
        attributes: signs_only(),
    };
    parsec
        .raw()
        .psa_generate_key(ProviderId::Software, input)
        .unwrap();
    let key = parsec.open_signing_key("key").unwrap();
    let signature = key.sign(b"hello").unwrap();
    let error = key.verify(b"hello", &signature).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotPermitted, "{error}");
    let error = parsec.get_or_generate("key", ecdsa_p256()).unwrap_err();
    assert!(error.to_string().contains("verifying"), "{error}");
}

#[test]
fn unauthenticated_clients_get_random_bytes() {
    let service = Service::start();
    let parsec = Client::builder()
        .endpoint(Endpoint::unix(service.socket()))
        .authentication(Authentication::None)
        .connect()
        .unwrap();
    parsec.random(8).unwrap();
    let error = parsec.generate("key", ecdsa_p256()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAuthenticated, "{error}");
    assert_eq!(error.status(), Some(Status::NotAuthenticated));
}

#[test]
fn an_authenticator_that_the_service_lacks_is_refused() {
    let service = Service::start();
    let parsec = Client::builder()
        .endpoint(Endpoint::unix(service.socket()))
        .authentication(Authentication::Direct("shop".into()))
        .connect()
        .unwrap();
    let error = parsec.keys().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAuthenticated, "{error}");
}

#[test]
fn the_client_refuses_an_invalid_argument_and_names_it() {
    let service = Service::start();
    let error = blocking(&service).generate("", ecdsa_p256()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    assert_eq!(error.status(), None);
    assert!(error.to_string().contains("key_name"), "{error}");
}

#[test]
fn the_client_continues_after_a_request_that_is_too_large() {
    let service = Service::start();
    let parsec = blocking(&service);
    let error = parsec
        .hash(Hash::Sha256, vec![0; 4 * 1024 * 1024])
        .unwrap_err();
    assert_eq!(
        error.status(),
        Some(Status::BodySizeExceedsLimit),
        "{error}"
    );
    parsec.ping().unwrap();
}

#[test]
fn only_administrators_list_clients() {
    let service = Service::direct();
    let shop = named(&service, "shop");
    shop.generate("key", ecdsa_p256()).unwrap();
    let error = shop.raw().list_clients(ListClients {}).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotPermitted, "{error}");
    let output = named(&service, "admin")
        .raw()
        .list_clients(ListClients {})
        .unwrap();
    assert_eq!(output.clients, ["shop"]);
}
