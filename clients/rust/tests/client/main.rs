#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! Tests of the client against the real service and a scripted peer.

mod asynchronous;
#[cfg(all(feature = "csr", feature = "rustls"))]
mod authority;
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
#[cfg(all(feature = "csr", feature = "rustls"))]
mod tls_server;
mod uses;

use parsec_client::{Client, Endpoint, blocking};
use parsec_harness::Service;

/// Returns a blocking client of `service`, authenticated as the user who runs the test.
fn blocking(service: &Service) -> blocking::Client {
    blocking::Client::builder()
        .endpoint(Endpoint::unix(service.socket()))
        .connect()
        .unwrap()
}

/// Returns a blocking client of a service with the direct authenticator.
fn named(service: &Service, application: &str) -> blocking::Client {
    blocking::Client::builder()
        .endpoint(Endpoint::unix(service.socket()))
        .application(application)
        .connect()
        .unwrap()
}

/// Returns an async client of `service`, authenticated as the user who runs the test.
async fn connect(service: &Service) -> Client {
    Client::builder()
        .endpoint(Endpoint::unix(service.socket()))
        .connect()
        .await
        .unwrap()
}
