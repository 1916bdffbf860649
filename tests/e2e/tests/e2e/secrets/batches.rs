//! Many signatures in one request.

use parsec_contracts::Status;
use parsec_contracts::operations::{SignHashes, SignMessages, VerifyHashes, VerifyMessages};
use parsec_harness::{Service, keys};

use super::App;

const MANY: usize = 300;

#[test]
fn many_hashes_are_signed_and_verified_individually() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    app.output(keys::generate("k", keys::ecdsa_p256()));
    let hashes: Vec<Vec<u8>> = (0..MANY).map(|n| vec![n as u8; 32]).collect();
    let sign = SignHashes {
        key_name: "k".to_owned(),
        alg: keys::ecdsa_sha256(),
        hashes: hashes.clone(),
    };
    let mut signatures = app.output(sign).signatures;
    assert_eq!(signatures.len(), MANY);
    app.output(keys::verify("k", &hashes[17], &signatures[17]));
    signatures[5][0] ^= 1;
    signatures.swap(8, 9);
    let verify = VerifyHashes {
        key_name: "k".to_owned(),
        alg: keys::ecdsa_sha256(),
        hashes,
        signatures,
    };
    let valid = app.output(verify.clone()).valid;
    let wrong: Vec<usize> = (0..MANY).filter(|n| !valid[*n]).collect();
    assert_eq!(wrong, [5, 8, 9]);
    let uneven = VerifyHashes {
        signatures: Vec::new(),
        ..verify
    };
    assert_eq!(app.status(uneven), Status::PsaErrorInvalidArgument);
}

#[test]
fn an_invalid_hash_or_too_many_hashes_fail_the_batch() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    app.output(keys::generate("k", keys::ecdsa_p256()));
    let sign = |hashes| SignHashes {
        key_name: "k".to_owned(),
        alg: keys::ecdsa_sha256(),
        hashes,
    };
    let short = sign(vec![vec![1; 32], vec![1; 31]]);
    assert_eq!(app.status(short), Status::PsaErrorInvalidArgument);
    let many = sign(vec![vec![1; 32]; 1025]);
    assert_eq!(app.status(many), Status::PsaErrorInvalidArgument);
}

#[test]
fn many_messages_are_signed_and_verified() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let attributes = keys::rsa(2048);
    app.output(keys::generate("k", attributes));
    let messages: Vec<Vec<u8>> = (0..20).map(|n| vec![n; usize::from(n) * 7]).collect();
    let alg = keys::rsa_sha256();
    let sign = SignMessages {
        key_name: "k".to_owned(),
        alg,
        messages: messages.clone(),
    };
    let signatures = app.output(sign).signatures;
    let verify = VerifyMessages {
        key_name: "k".to_owned(),
        alg,
        messages,
        signatures,
    };
    assert_eq!(app.output(verify).valid, [true; 20]);
}
