//! Long operations yield to other requests between their steps, and stop when their caller
//! disconnects.

use parsec_contracts::operations::{
    DeriveBytes, GenerateVolatileKey, PsaCipherEncrypt, SignHashes, SignMessages,
};
use parsec_contracts::types::{
    Algorithm, Cipher, DerivationInput, DerivationInputs, Hash, KeyDerivation, KeyLifetime,
    KeyType, UsageFlags,
};
use parsec_contracts::{Operation, Secret, Status};
use parsec_harness::{Auth, Metrics, Service, Swtpm, Wire, eventually, keys};

use super::{SOFTWARE, TPM, begin, is_unanswered, with_tpm};

/// More than the number of workers on any machine.
const MANY: usize = 12;

fn generate(service: &Service, provider: u8, app: &str) {
    let key = keys::generate("k", keys::ecdsa_p256());
    let reply = service
        .wire()
        .call(provider, &Auth::direct(app), 0, key)
        .unwrap();
    assert_eq!(reply.status(), Status::Success);
}

fn sign(service: &Service, provider: u8, app: &str) {
    let signed = service
        .wire()
        .call(provider, &Auth::direct(app), 0, keys::sign("k", &[7; 32]));
    assert_eq!(signed.unwrap().status(), Status::Success);
}

/// Starts `MANY` long requests of one application. Then another application and the same one
/// request signatures; most of the long requests are not finished by then. When the callers
/// disconnect, all their requests end.
fn give_way<O: Operation + Clone>(service: &Service, provider: u8, long: &O) {
    for app in ["busy", "bystander"] {
        generate(service, provider, app);
    }
    let begun: Vec<Wire> = (0..MANY)
        .map(|_| begin(service, provider, "busy", long.clone()))
        .collect();
    parsec_tests_e2e::wait_for_requests(service, "busy", 1 + MANY as u64);
    for app in ["bystander", "busy", "bystander"] {
        sign(service, provider, app);
    }
    let answered = begun.iter().filter(|wire| !is_unanswered(wire)).count();
    assert!(answered <= MANY / 2, "{answered} of {MANY} came first");
    drop(begun);
    let provider = if provider == TPM { "tpm" } else { "software" };
    let ended = format!(
        "parsec_requests_total{{operation=\"{}\",provider=\"{provider}\",status=\"connection-error\"}}",
        O::OPCODE.name()
    );
    eventually("the abandoned requests end", || {
        service.metrics().value(&ended) >= Some((MANY - answered) as f64 / 2.0)
            && service.metrics().queued(provider) == 0.0
    });
}

fn software() -> Service {
    let config = format!("{}{}", Service::direct_config(), Metrics::CONFIG);
    Service::builder().config(config).start()
}

fn hashes() -> SignHashes {
    SignHashes {
        key_name: "k".to_owned(),
        alg: keys::ecdsa_sha256(),
        hashes: vec![vec![7; 32]; 1024],
    }
}

#[test]
fn long_ciphers_of_a_tpm() {
    let swtpm = Swtpm::start();
    let service = with_tpm(&swtpm, "");
    let alg = Cipher::Ctr;
    let usage = UsageFlags {
        encrypt: true,
        ..UsageFlags::default()
    };
    let aes = keys::attributes(KeyType::Aes, 128, usage, Algorithm::Cipher(alg));
    let made = service
        .wire()
        .call(TPM, &Auth::direct("busy"), 0, keys::generate("aes", aes));
    assert_eq!(made.unwrap().status(), Status::Success);
    generate(&service, TPM, "bystander");
    // Hundreds of TPM commands each.
    let encrypt = PsaCipherEncrypt {
        key_name: "aes".to_owned(),
        alg,
        plaintext: Secret::new(vec![7; 512 * 1024]),
    };
    let begun: Vec<Wire> = (0..MANY)
        .map(|_| begin(&service, TPM, "busy", encrypt.clone()))
        .collect();
    parsec_tests_e2e::wait_for_requests(&service, "busy", 1 + MANY as u64);
    for _ in 0..2 {
        sign(&service, TPM, "bystander");
    }
    let answered = begun.iter().filter(|wire| !is_unanswered(wire)).count();
    assert!(answered <= MANY / 2, "{answered} of {MANY} came first");
    drop(begun);
    eventually("nothing waits", || service.metrics().queued("tpm") == 0.0);
    sign(&service, TPM, "bystander");
}

#[test]
fn batches_of_a_tpm() {
    let swtpm = Swtpm::start();
    let service = with_tpm(&swtpm, "");
    give_way(&service, TPM, &hashes());
}

#[test]
fn batches_in_software() {
    let service = software();
    give_way(&service, SOFTWARE, &hashes());
    let messages = SignMessages {
        key_name: "k".to_owned(),
        alg: keys::ecdsa_sha256(),
        messages: vec![vec![7; 100]; 1024],
    };
    let wire = begin(&service, SOFTWARE, "busy", messages);
    sign(&service, SOFTWARE, "bystander");
    assert!(is_unanswered(&wire));
}

#[test]
fn slow_derivations() {
    let derive = DeriveBytes {
        alg: KeyDerivation::Pbkdf2Hmac {
            hash_alg: Hash::Sha256,
        },
        inputs: DerivationInputs {
            secret: Some(DerivationInput::Bytes {
                value: Secret::from(b"password".as_slice()),
            }),
            salt: Some(DerivationInput::Bytes {
                value: Secret::from(b"salt".as_slice()),
            }),
            cost: 20_000_000,
            ..DerivationInputs::default()
        },
        length: 32,
    };
    give_way(&software(), SOFTWARE, &derive);
}

#[test]
fn large_keys() {
    let service = software();
    for app in ["busy", "bystander"] {
        generate(&service, SOFTWARE, app);
    }
    let begun: Vec<Wire> = (0..MANY)
        .map(|number| {
            let key = GenerateVolatileKey {
                key_name: format!("large-{number}"),
                attributes: keys::rsa(4096),
                lifetime: KeyLifetime::Connection,
            };
            begin(&service, SOFTWARE, "busy", key)
        })
        .collect();
    parsec_tests_e2e::wait_for_requests(&service, "busy", 1 + MANY as u64);
    for app in ["bystander", "busy"] {
        sign(&service, SOFTWARE, app);
    }
    let answered = begun.iter().filter(|wire| !is_unanswered(wire)).count();
    assert!(answered <= MANY / 2, "{answered} of {MANY} came first");
    drop(begun);
    // Requests that had not started never do.
    eventually("nothing waits", || {
        service.metrics().queued("software") == 0.0
    });
    sign(&service, SOFTWARE, "busy");
}

#[test]
fn a_batch_is_charged_by_its_items() {
    let service = Service::direct_with(
        "[[key_manager]]",
        "[limits.each]\nrequests_per_second = 200\n\n[[key_manager]]",
    );
    generate(&service, SOFTWARE, "busy");
    let mut wire = begin(&service, SOFTWARE, "busy", hashes());
    assert_eq!(wire.status(), Status::Success);
    let next = wire.ask_extended("busy", keys::sign("k", &[7; 32]));
    assert_eq!(next.status(), Status::TooManyRequests);
    assert!(next.detail().retry_after_ms > 1000, "{:?}", next.detail());
    generate(&service, SOFTWARE, "bystander");
}
