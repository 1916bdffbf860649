//! The Node.js binding of the Parsec client: it converts, calls and converts back.
//!
//! It defines no public API: names, defaults and error classes are in TypeScript, in
//! `clients/node`. Arguments and results are plain data; each call that waits returns a Promise.
//!
//! - Bytes are copied before a call returns its Promise, so the caller may reuse the buffer.
//! - A failed call rejects with an error whose message is JSON ([`error`]).
//! - A call takes a [`call::Call`] for cancellation and its timeout.
//! - All environments of a process share napi's runtime, which keeps the process alive only while a
//!   call is in flight.
//! - Panics are converted to errors ([`promise`]).
#![cfg_attr(
    test,
    allow(
        dead_code,
        reason = "functions register themselves with Node, which tests do not load"
    )
)]
#![allow(unreachable_pub, reason = "JavaScript uses items that no crate uses")]
#![allow(
    clippy::use_self,
    reason = "the TypeScript declarations use the names unchanged"
)]

mod call;
mod client;
mod convert;
mod error;
mod generated;
mod keys;
#[cfg(debug_assertions)]
mod panics;
mod promise;
mod public_key;
mod raw;
mod settle;
#[path = "generated/spec.rs"]
mod spec;
mod stream;
mod tls;
mod tree;
