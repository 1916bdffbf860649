#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The client against the real service, and against a scripted peer.

mod asynchronous;
mod discovery;
mod keys;
mod material;
mod openssl;
mod refusals;
mod restart;
#[cfg(feature = "rustcrypto")]
mod rustcrypto;
mod scripted;
mod secrets;
mod signatures;
mod streams;
#[cfg(all(feature = "csr", feature = "rustls"))]
mod tls;
mod uses;

use parsec_client::{Client, Endpoint, blocking};
use parsec_harness::Service;

/// A blocking client of `service`, as the user who runs the test.
fn blocking(service: &Service) -> blocking::Client {
    blocking::Client::builder()
        .endpoint(Endpoint::unix(service.socket()))
        .connect()
        .unwrap()
}

/// A blocking client of a service that takes names on trust.
fn named(service: &Service, application: &str) -> blocking::Client {
    blocking::Client::builder()
        .endpoint(Endpoint::unix(service.socket()))
        .application(application)
        .connect()
        .unwrap()
}

/// An async client of `service`, as the user who runs the test.
async fn connect(service: &Service) -> Client {
    Client::builder()
        .endpoint(Endpoint::unix(service.socket()))
        .connect()
        .await
        .unwrap()
}
