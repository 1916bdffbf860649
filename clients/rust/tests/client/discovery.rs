//! What the service has, and what needs no key.

use parsec_client::operations::{ListOpcodes, PsaHashCompute};
use parsec_client::{AuthType, Authentication, Hash, Opcode, ProviderId};
use parsec_harness::Service;
use sha2::{Digest as _, Sha512};

use crate::{blocking, named};

#[test]
fn the_service_says_what_it_has() {
    let service = Service::start();
    let parsec = blocking(&service);
    assert_eq!(parsec.ping().unwrap(), (1, 0));
    assert_eq!(
        parsec.endpoint().unwrap().path(),
        service.socket().as_path()
    );
    let ids: Vec<u32> = parsec
        .providers()
        .unwrap()
        .iter()
        .map(|provider| provider.id)
        .collect();
    assert_eq!(
        ids,
        [ProviderId::Software, ProviderId::Core].map(|id| id.number().into())
    );
    let ids: Vec<u32> = parsec
        .authenticators()
        .unwrap()
        .iter()
        .map(|authenticator| authenticator.id)
        .collect();
    assert_eq!(ids, [AuthType::UnixPeerCredentials.number().into()]);
    let opcodes = parsec.opcodes(ProviderId::Software).unwrap();
    assert!(opcodes.contains(&Opcode::PsaSignHash), "{opcodes:?}");
    assert!(!opcodes.contains(&Opcode::Ping), "{opcodes:?}");
}

#[test]
fn the_client_comes_as_what_the_service_asks_for() {
    let service = Service::start();
    assert_eq!(
        blocking(&service).authentication(),
        &Authentication::UnixPeerCredentials
    );
    let service = Service::direct();
    assert_eq!(
        named(&service, "shop").authentication(),
        &Authentication::Direct("shop".into())
    );
}

#[test]
fn random_bytes_come_in_any_number_and_never_twice() {
    let service = Service::start();
    let parsec = blocking(&service);
    assert!(parsec.random(0).unwrap().is_empty());
    let (one, other) = (parsec.random(32).unwrap(), parsec.random(32).unwrap());
    assert_ne!(*one, *other);
    // More than goes into one answer.
    let many = parsec.random(3 * 1024 * 1024 + 7).unwrap();
    assert_eq!(many.len(), 3 * 1024 * 1024 + 7);
    let pieces: std::collections::BTreeSet<&[u8]> = many.chunks_exact(16).collect();
    assert_eq!(pieces.len(), many.len() / 16);
}

#[test]
fn the_service_hashes_as_others_do() {
    let service = Service::start();
    let parsec = blocking(&service);
    let data = vec![7; 100_000];
    let hash = parsec.hash(Hash::Sha512, &data).unwrap();
    assert_eq!(hash, Sha512::digest(&data).to_vec());
}

#[test]
fn every_operation_is_there_as_the_contracts_have_it() {
    let service = Service::start();
    let parsec = blocking(&service);
    let output = parsec
        .raw()
        .psa_hash_compute(
            ProviderId::Software,
            PsaHashCompute {
                alg: Hash::Sha512,
                input: b"abc".to_vec(),
            },
        )
        .unwrap();
    assert_eq!(output.hash, Sha512::digest(b"abc").to_vec());
    let output = parsec
        .raw()
        .list_opcodes(ListOpcodes {
            provider_id: ProviderId::Core.number().into(),
        })
        .unwrap();
    assert!(output.opcodes.contains(&Opcode::Ping.number()));
}
