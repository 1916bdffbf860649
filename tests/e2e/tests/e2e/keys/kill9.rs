//! A crash loses no acknowledged key and leaves no partial key.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use parsec_contracts::Status;
use parsec_contracts::frame::flags;
use parsec_contracts::operations::{ListKeys, PsaExportPublicKey, PsaSignHash, PsaVerifyHash};
use parsec_harness::{Auth, Service, Wire, eventually, is_extended, keys};

const CREATORS: usize = 3;
const HASH: [u8; 32] = [0x42; 32];

/// Creates keys until the service is killed, and records each that the service acknowledges.
fn create(mut wire: Wire, round: usize, creator: usize, acknowledged: &Mutex<BTreeSet<String>>) {
    for number in 0.. {
        let name = format!("round-{round}-creator-{creator}-key-{number}");
        let operation = keys::generate(&name, keys::ecdsa_p256());
        let Ok(reply) = wire.call(1, &Auth::me(), flags::EXTENSIONS, operation) else {
            return;
        };
        assert_eq!(reply.status(), Status::Success);
        let mut acknowledged = acknowledged.lock().expect("no creator fails");
        acknowledged.insert(name);
    }
}

fn listed(service: &Service) -> BTreeSet<String> {
    let reply = service.wire().call(0, &Auth::me(), 0, ListKeys {});
    let output = reply.expect("a reply").output::<ListKeys>();
    output
        .expect("a list")
        .keys
        .into_iter()
        .map(|key| key.name)
        .collect()
}

fn assert_works(wire: &mut Wire, name: &str) {
    let signed = wire.call(1, &Auth::me(), flags::EXTENSIONS, keys::sign(name, &HASH));
    let signature = signed
        .expect("a reply")
        .output::<PsaSignHash>()
        .unwrap_or_else(|error| panic!("{name} does not sign: {error}"))
        .signature;
    let verified = wire.call(
        1,
        &Auth::me(),
        flags::EXTENSIONS,
        keys::verify(name, &HASH, &signature),
    );
    verified
        .expect("a reply")
        .output::<PsaVerifyHash>()
        .unwrap_or_else(|error| panic!("{name} does not verify: {error}"));
    let key_name = name.to_owned();
    let exported = wire.call(
        1,
        &Auth::me(),
        flags::EXTENSIONS,
        PsaExportPublicKey { key_name },
    );
    let point = exported.expect("a reply").output::<PsaExportPublicKey>();
    assert_eq!(point.expect("a public key").data.len(), 65, "{name}");
}

#[test]
fn acknowledged_keys_survive_a_kill_and_listed_keys_work() {
    let mut service = Service::start();
    let acknowledged = Mutex::new(BTreeSet::new());
    let mut checked = BTreeSet::new();
    let rounds = if is_extended() { 200 } else { 20 };
    for round in 0..rounds {
        let wanted = acknowledged.lock().expect("no creator fails").len() + round % 5;
        thread::scope(|scope| {
            for creator in 0..CREATORS {
                let wire = service.wire();
                let acknowledged = &acknowledged;
                scope.spawn(move || create(wire, round, creator, acknowledged));
            }
            // A different moment each time, including early ones.
            eventually("keys are made", || {
                acknowledged.lock().expect("no creator fails").len() >= wanted
            });
            thread::sleep(Duration::from_millis(7 * (round as u64 % 20)));
            service.kill();
        });
        service.restart();

        let listed = listed(&service);
        let acknowledged = acknowledged.lock().expect("no creator fails");
        let lost: Vec<_> = acknowledged.difference(&listed).collect();
        assert!(lost.is_empty(), "round {round} lost {lost:?}");
        let mut wire = service.wire();
        for name in listed.difference(&checked) {
            assert_works(&mut wire, name);
        }
        checked = listed;
    }
    assert!(
        checked.len() >= rounds,
        "only {} keys were made",
        checked.len()
    );
    // The oldest keys still work at the end.
    let mut wire = service.wire();
    for name in checked.iter().take(20) {
        assert_works(&mut wire, name);
    }
}
