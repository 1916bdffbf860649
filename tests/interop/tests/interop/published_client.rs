//! The unmodified published Rust client against our service.

use std::any::type_name;
use std::env;
use std::process::Command;

use parsec_harness::{Auth, Service, keys};
use parsec_tests_interop::direct;
use published_client::BasicClient;
use published_client::core::interface::operations::list_providers::Uuid;
use published_client::core::interface::operations::psa_algorithm::{
    Algorithm, AsymmetricSignature, Hash,
};
use published_client::core::interface::operations::psa_key_attributes::{
    Attributes, EccFamily, Lifetime, Policy, Type, UsageFlags,
};
use published_client::core::interface::requests::{AuthType, Opcode, ProviderId, ResponseStatus};
use published_client::error::{ClientErrorKind, Error};
use sha2::{Digest as _, Sha256};

/// Marks a process as the second run of a test.
const CHILD: &str = "PARSEC_TEST_CHILD";

const SOFTWARE: &str = "1c1139dc-ad7c-47dc-ad6b-db6fdb466552";
const CORE: &str = "47049873-2a43-4845-9d72-831eab668784";

/// Runs `test` with the service from `start` as the one that clients find.
///
/// The published client finds the service through the environment, which a process cannot change
/// safely: the test therefore runs again in a child process.
fn against<T: Fn()>(start: fn() -> Service, test: T) {
    if env::var_os(CHILD).is_some() {
        return test();
    }
    let service = start();
    // The path of a closure in a test: the crate, the test's name with its modules, and a part for
    // the closure.
    let path = type_name::<T>();
    let name = path
        .split_once("::")
        .and_then(|(_, name)| name.rsplit_once("::"))
        .map(|(name, _)| name)
        .expect("a path");
    let output = Command::new(env::current_exe().expect("this program"))
        .args([name, "--exact", "--nocapture"])
        .env(CHILD, "1")
        .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
        .output()
        .expect("this program runs again");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}\n{}\n{}",
        String::from_utf8_lossy(&output.stderr),
        service.log()
    );
}

/// Creates a client that discovers its settings automatically.
fn connect(application: Option<&str>) -> BasicClient {
    BasicClient::new(application.map(str::to_owned)).expect("a client")
}

fn ecdsa() -> AsymmetricSignature {
    AsymmetricSignature::Ecdsa {
        hash_alg: Hash::Sha256.into(),
    }
}

fn attributes(key_type: Type, bits: usize, alg: AsymmetricSignature) -> Attributes {
    let mut usage_flags = UsageFlags::default();
    let _ = usage_flags
        .set_sign_hash()
        .set_verify_hash()
        .set_sign_message()
        .set_verify_message()
        .set_export();
    Attributes {
        lifetime: Lifetime::Persistent,
        key_type,
        bits,
        policy: Policy {
            usage_flags,
            permitted_algorithms: Algorithm::AsymmetricSignature(alg),
        },
    }
}

fn p256() -> Attributes {
    let key_type = Type::EccKeyPair {
        curve_family: EccFamily::SecpR1,
    };
    attributes(key_type, 256, ecdsa())
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Error>, status: ResponseStatus) {
    match result {
        Err(Error::Service(given)) => assert_eq!(given, status),
        other => panic!("expected {status:?}, got {other:?}"),
    }
}

fn discovery(client: &BasicClient, auth: AuthType) {
    assert_eq!(client.ping().expect("a pong"), (1, 0));
    assert_eq!(client.implicit_provider(), ProviderId::MbedCrypto);
    let providers = client.list_providers().expect("a list");
    let uuids: Vec<Uuid> = providers.iter().map(|provider| provider.uuid).collect();
    let expected = [SOFTWARE, CORE].map(|uuid| Uuid::parse_str(uuid).expect("a UUID"));
    assert_eq!(uuids, expected);
    let authenticators = client.list_authenticators().expect("a list");
    let ids: Vec<AuthType> = authenticators.iter().map(|known| known.id).collect();
    assert_eq!(ids, [auth]);
    let core = client.list_opcodes(ProviderId::Core).expect("a list");
    assert!(core.contains(&Opcode::ListKeys) && !core.contains(&Opcode::PsaSignHash));
    let crypto = client.list_opcodes(ProviderId::MbedCrypto).expect("a list");
    assert!(crypto.contains(&Opcode::PsaSignHash) && !crypto.contains(&Opcode::Ping));
}

fn life_cycle(client: &BasicClient) {
    let hash = Sha256::digest(b"a message").to_vec();
    client.psa_generate_key("web-tls", p256()).expect("a key");
    refused(
        client.psa_generate_key("web-tls", p256()),
        ResponseStatus::PsaErrorAlreadyExists,
    );
    let listed = client.list_keys().expect("a list");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].name, "web-tls");
    assert_eq!(listed[0].provider_id, ProviderId::MbedCrypto);
    assert_eq!(listed[0].attributes, p256());
    assert_eq!(
        client.key_attributes("web-tls").expect("attributes"),
        p256()
    );

    let signature = client
        .psa_sign_hash("web-tls", &hash, ecdsa())
        .expect("a signature");
    assert_eq!(signature.len(), 64);
    client
        .psa_verify_hash("web-tls", &hash, ecdsa(), &signature)
        .expect("its own signature");
    let other = Sha256::digest(b"another message").to_vec();
    refused(
        client.psa_verify_hash("web-tls", &other, ecdsa(), &signature),
        ResponseStatus::PsaErrorInvalidSignature,
    );

    let public = client.psa_export_public_key("web-tls").expect("a point");
    assert_eq!((public.len(), public[0]), (65, 4));
    let private = client.psa_export_key("web-tls").expect("a scalar");
    assert_eq!(private.len(), 32);
    client
        .psa_import_key("copy", &private, p256())
        .expect("the same key again");
    assert_eq!(
        client.psa_export_public_key("copy").expect("a point"),
        public
    );
    client
        .psa_verify_hash("copy", &hash, ecdsa(), &signature)
        .expect("the same key verifies");

    for name in ["web-tls", "copy"] {
        client.psa_destroy_key(name).expect("it goes");
    }
    refused(
        client.psa_sign_hash("web-tls", &hash, ecdsa()),
        ResponseStatus::PsaErrorDoesNotExist,
    );
    assert_eq!(client.list_keys().expect("a list"), []);
}

fn keyless(client: &BasicClient) {
    let hash = client
        .psa_hash_compute(Hash::Sha256, b"abc")
        .expect("a hash");
    assert_eq!(hash, Sha256::digest(b"abc").to_vec());
    client
        .psa_hash_compare(Hash::Sha256, b"abc", &hash)
        .expect("the same hash");
    let random = client.psa_generate_random(48).expect("random bytes");
    assert_eq!(random.len(), 48);
    assert_ne!(random, client.psa_generate_random(48).expect("others"));
    assert_eq!(client.psa_generate_random(0).expect("none"), b"");
}

#[test]
fn it_works_with_the_direct_authenticator() {
    against(direct, || {
        let client = connect(Some("jimbob"));
        discovery(&client, AuthType::Direct);
        life_cycle(&client);
        keyless(&client);
    });
}

#[test]
fn it_works_with_peer_credentials() {
    against(Service::start, || {
        let client = connect(None);
        discovery(&client, AuthType::UnixPeerCredentials);
        life_cycle(&client);
        keyless(&client);
    });
}

#[test]
fn it_signs_with_rsa() {
    against(direct, || {
        let client = connect(Some("jimbob"));
        let alg = AsymmetricSignature::RsaPkcs1v15Sign {
            hash_alg: Hash::Sha256.into(),
        };
        let rsa = attributes(Type::RsaKeyPair, 2048, alg);
        client.psa_generate_key("rsa", rsa).expect("a key");
        let hash = Sha256::digest(b"a message").to_vec();
        let signature = client
            .psa_sign_hash("rsa", &hash, alg)
            .expect("a signature");
        assert_eq!(signature.len(), 256);
        client
            .psa_verify_hash("rsa", &hash, alg, &signature)
            .expect("its own signature");
    });
}

#[test]
fn it_decodes_every_error() {
    against(direct, || {
        let client = connect(Some("jimbob"));
        client.psa_generate_key("k", p256()).expect("a key");
        refused(
            client.psa_sign_hash("k", &[0; 31], ecdsa()),
            ResponseStatus::PsaErrorInvalidArgument,
        );
        let other = AsymmetricSignature::Ecdsa {
            hash_alg: Hash::Sha384.into(),
        };
        refused(
            client.psa_sign_hash("k", &[0; 48], other),
            ResponseStatus::PsaErrorNotPermitted,
        );
        refused(client.list_clients(), ResponseStatus::AdminOperation);
        refused(
            client.psa_import_key("bad", &[1, 2, 3], p256()),
            ResponseStatus::PsaErrorInvalidArgument,
        );
        let mut secret = p256();
        secret.policy.usage_flags = UsageFlags::default();
        let _ = secret.policy.usage_flags.set_sign_hash();
        client.psa_generate_key("secret", secret).expect("a key");
        refused(
            client.psa_export_key("secret"),
            ResponseStatus::PsaErrorNotPermitted,
        );
    });
}

#[test]
fn tenants_of_the_published_client_are_isolated() {
    against(direct, || {
        let alice = connect(Some("alice"));
        let bob = connect(Some("bob"));
        alice.psa_generate_key("web-tls", p256()).expect("a key");
        assert_eq!(bob.list_keys().expect("a list"), []);
        refused(
            bob.psa_sign_hash("web-tls", &[0; 32], ecdsa()),
            ResponseStatus::PsaErrorDoesNotExist,
        );
        match bob.key_attributes("web-tls") {
            Err(Error::Client(ClientErrorKind::NotFound)) => {}
            other => panic!("{other:?}"),
        }
        let admin = connect(Some("admin"));
        assert_eq!(admin.list_clients().expect("a list"), ["alice"]);
        admin.delete_client("alice").expect("its keys go");
        assert_eq!(alice.list_keys().expect("a list"), []);
    });
}

#[test]
fn it_lists_keys_created_by_another_client() {
    let with_a_key = || {
        let service = Service::start();
        let key = keys::generate("ours", keys::ecdsa_p256());
        let made = service.wire().call(1, &Auth::me(), 1, key);
        assert_eq!(made.expect("a reply").header.status, 0);
        service
    };
    against(with_a_key, || {
        let client = connect(None);
        assert_eq!(client.key_attributes("ours").expect("attributes"), p256());
    });
}
