//! A service that is killed at random moments.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use parsec_contracts::Status;
use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_contracts::operations::PsaDestroyKey;
use parsec_harness::{Devices, Wire, is_extended, keys};

use crate::devices::{PKCS11, TPM, auth, in_tpm, names, on_token, sign, verify};

/// Creates keys until the service is killed, and records each that the service acknowledges.
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
fn a_kill_leaves_no_key_without_object_and_no_object_without_key() {
    let creations = if is_extended() { 200 } else { 20 };
    let devices = Devices::start();
    let mut service = devices.service().start();
    let acknowledged = [Mutex::new(BTreeSet::new()), Mutex::new(BTreeSet::new())];
    let mut made = [0, 0];
    let mut round = 0;
    while made.iter().any(|count| *count < creations) {
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
            // A third of the keys was deleted again.
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
