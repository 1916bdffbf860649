//! The async client.

use std::fs;

use parsec_client::{
    Client, ErrorKind, Key, PrivateKey, ProviderId, PublicKey, Signature, SigningKey, VerifyingKey,
    blocking, ecdsa_p256, ecdsa_p384, operations, rsa,
};
use parsec_harness::Service;
use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

use crate::openssl::{openssl, verifies};
use crate::{blocking as blocking_client, connect};

#[tokio::test]
async fn key_life_cycle() {
    let service = Service::start();
    let parsec = connect(&service).await;
    let key = parsec.generate("web-tls", ecdsa_p256()).await.unwrap();
    assert_eq!(key.provider(), ProviderId::Software);
    let signature = key.sign(b"hello").await.unwrap();
    key.verify(b"hello", &signature).await.unwrap();
    let error = key.verify(b"goodbye", &signature).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSignature, "{error}");
    let hash = Sha256::digest(b"hello");
    key.verify_hash(hash, &signature).await.unwrap();
    let of_hash = key.sign_hash(hash).await.unwrap();
    key.verify(b"hello", &of_hash).await.unwrap();
    assert!(verifies(
        service.scratch(),
        &key.public_key().to_pem(),
        b"hello",
        &of_hash.to_der(),
        &["-sha256"]
    ));

    let opened = parsec.open("web-tls").await.unwrap();
    assert_eq!(opened.public_key(), Some(key.public_key()));
    let taken = parsec.generate("web-tls", ecdsa_p384()).await.unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::KeyExists, "{taken}");
    assert_eq!(parsec.keys().await.unwrap().len(), 1);
    key.delete().await.unwrap();
    let gone = opened.delete().await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::KeyNotFound, "{gone}");
}

#[tokio::test]
async fn keys_are_imported_and_exported() {
    let service = Service::start();
    let parsec = connect(&service).await;
    let folder = service.scratch();
    openssl(
        folder,
        &[
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
            "key.pem",
        ],
    );
    let pem = fs::read_to_string(folder.join("key.pem")).unwrap();
    let material = PrivateKey::from_pem(&pem).unwrap();
    let spec = rsa().pkcs1().exportable();
    let key = parsec
        .import("ours", spec.clone(), &material)
        .await
        .unwrap();
    let raw = key.export_private().await.unwrap();
    assert_eq!(raw.as_slice(), material.raw().expose());
    let error = parsec.get_or_generate("ours", rsa()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyExists, "{error}");

    let public = PublicKey::from_der(&key.public_key().to_der()).unwrap();
    let theirs = parsec.import_public("theirs", spec, &public).await.unwrap();
    let signature = key.sign(b"hello").await.unwrap();
    theirs.verify(b"hello", &signature).await.unwrap();
    let wrong = Signature::rsa([1; 256]);
    let error = theirs.verify(b"hello", &wrong).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSignature, "{error}");
    parsec.open_verifying_key("theirs").await.unwrap();
    let error = parsec.open_signing_key("theirs").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_tasks_share_a_client() {
    let service = Service::start();
    let parsec = connect(&service).await;
    let key = parsec.generate("key", ecdsa_p256()).await.unwrap();
    let mut tasks = JoinSet::new();
    for index in 0..100u32 {
        let key = key.clone();
        tasks.spawn(async move {
            let message = index.to_le_bytes();
            let signature = key.sign(message).await.unwrap();
            key.verify(message, &signature).await.unwrap();
        });
    }
    while let Some(result) = tasks.join_next().await {
        result.unwrap();
    }
}

/// More calls than a service accepts connections from one user.
#[tokio::test]
async fn thousands_of_concurrent_calls_succeed_over_few_connections() {
    let service = Service::start();
    let parsec = connect(&service).await;
    let mut calls = JoinSet::new();
    for _ in 0..3000 {
        let parsec = parsec.clone();
        calls.spawn(async move { parsec.random(16).await });
    }
    while let Some(result) = calls.join_next().await {
        assert_eq!(result.unwrap().unwrap().len(), 16);
    }
    let connections = fs::read_dir(format!("/proc/{}/fd", service.pid())).unwrap();
    assert!(connections.count() < 120);
}

#[tokio::test]
async fn dropping_a_future_does_not_affect_other_calls() {
    let service = Service::start();
    let parsec = connect(&service).await;
    let key = parsec.generate("key", ecdsa_p256()).await.unwrap();
    let signature = key.sign(b"hello").await.unwrap();
    for delay in 0..50 {
        let abandoned = tokio::time::timeout(
            std::time::Duration::from_micros(20 * delay),
            parsec.random(1000),
        );
        // The call may or may not finish before the timeout.
        let _ = abandoned.await;
        key.verify(b"hello", &signature).await.unwrap();
    }
}

#[tokio::test]
async fn a_blocking_client_works_inside_a_runtime() {
    let service = Service::start();
    let key = blocking_client(&service)
        .get_or_generate("key", ecdsa_p256())
        .unwrap();
    key.sign(b"hello").unwrap();
}

#[test]
fn clients_handles_and_futures_are_send() {
    fn check<T: Send + Sync + Clone + 'static>() {}
    fn sends<T: Send>(value: T) -> T {
        value
    }
    check::<Client>();
    check::<SigningKey>();
    check::<VerifyingKey>();
    check::<Key>();
    check::<blocking::Client>();
    check::<blocking::SigningKey>();
    let _ = |client: Client| {
        drop(sends(client.generate("key", ecdsa_p256())));
        drop(sends(client.open("key")));
        drop(sends(client.raw().ping(operations::Ping {})));
    };
}
