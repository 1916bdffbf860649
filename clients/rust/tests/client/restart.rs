//! Handles survive a restart of the service.

use parsec_client::{ErrorKind, ecdsa_p256};
use parsec_harness::Service;

use crate::{blocking, connect};

#[test]
fn a_handle_works_after_a_restart_of_the_service() {
    let mut service = Service::start();
    let parsec = blocking(&service);
    let key = parsec.generate("key", ecdsa_p256()).unwrap();
    let before = key.sign(b"hello").unwrap();
    for _ in 0..3 {
        service.restart();
        key.verify(b"hello", &before).unwrap();
        key.sign(b"hello").unwrap();
    }
    // Calls that change state do not use connections from before the restart either.
    service.restart();
    parsec.generate("other", ecdsa_p256()).unwrap();
    service.restart();
    key.delete().unwrap();
    assert_eq!(parsec.keys().unwrap().len(), 1);
}

#[tokio::test]
async fn an_async_handle_works_after_a_restart() {
    let mut service = Service::start();
    let parsec = connect(&service).await;
    let key = parsec.generate("key", ecdsa_p256()).await.unwrap();
    let before = key.sign(b"hello").await.unwrap();
    for _ in 0..3 {
        service.restart();
        key.verify(b"hello", &before).await.unwrap();
    }
    service.restart();
    parsec.generate("other", ecdsa_p256()).await.unwrap();
    service.restart();
    key.delete().await.unwrap();
}

#[test]
fn a_stopped_service_is_reported() {
    let mut service = Service::start();
    let key = blocking(&service).generate("key", ecdsa_p256()).unwrap();
    service.terminate();
    let error = key.sign(b"hello").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServiceUnavailable, "{error}");
    assert!(error.is_retryable());
    assert!(!error.outcome_unknown());
    let error = key.clone().delete().unwrap_err();
    assert!(!error.outcome_unknown(), "nothing was sent: {error}");
    service.restart();
    key.sign(b"hello").unwrap();
}
