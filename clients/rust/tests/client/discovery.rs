//! Discovery, and operations without a key.

use parsec_client::operations::{ListOpcodes, PsaHashCompute};
use parsec_client::{AuthType, Authentication, Hash, Opcode, ProviderId};
use parsec_harness::Service;
use sha2::{Digest as _, Sha512};

use crate::{blocking, named};

#[test]
fn lists_providers_authenticators_and_operations() {
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
        [ProviderId::Software, ProviderId::Core].map(|id| u32::from(id.number()))
    );
    let ids: Vec<u32> = parsec
        .authenticators()
        .unwrap()
        .iter()
        .map(|authenticator| authenticator.id)
        .collect();
    assert_eq!(ids, [u32::from(AuthType::UnixPeerCredentials.number())]);
    let opcodes = parsec.opcodes(ProviderId::Software).unwrap();
    assert!(opcodes.contains(&Opcode::PsaSignHash), "{opcodes:?}");
    assert!(!opcodes.contains(&Opcode::Ping), "{opcodes:?}");
}

#[test]
fn the_client_chooses_the_services_authenticator() {
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
fn random_bytes_have_any_length_and_differ() {
    let service = Service::start();
    let parsec = blocking(&service);
    assert!(parsec.random(0).unwrap().is_empty());
    let (one, other) = (parsec.random(32).unwrap(), parsec.random(32).unwrap());
    assert_ne!(*one, *other);
    // More than fits one response.
    let many = parsec.random(3 * 1024 * 1024 + 7).unwrap();
    assert_eq!(many.len(), 3 * 1024 * 1024 + 7);
    let pieces: std::collections::BTreeSet<&[u8]> = many.chunks_exact(16).collect();
    assert_eq!(pieces.len(), many.len() / 16);
}

#[test]
fn hashes_match_known_values() {
    let service = Service::start();
    let parsec = blocking(&service);
    let data = vec![7; 100_000];
    let hash = parsec.hash(Hash::Sha512, &data).unwrap();
    assert_eq!(hash, Sha512::digest(&data).to_vec());
}

#[test]
fn raw_has_every_operation_of_the_contracts() {
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
