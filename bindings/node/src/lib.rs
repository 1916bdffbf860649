//! The Node.js binding of the Parsec client: it converts, calls and converts back.
//!
//! Nothing here has an opinion: names, defaults and classes of errors are made in TypeScript, in
//! `clients/node`. What crosses is plain data, and each call that waits is a Promise.
//!
//! - Bytes are copied before a call returns its Promise, so that a caller may reuse its buffer.
//! - A failure rejects with an error whose message is JSON ([`error`]).
//! - A call takes a [`call::Call`], which can stop it and bounds its time.
//! - All environments of a process share one runtime, the one of napi; nothing of it keeps a
//!   process alive that waits for no call.
//! - No panic leaves as one ([`promise`]).
#![cfg_attr(
    test,
    allow(
        dead_code,
        reason = "functions register themselves with Node, which tests do not load"
    )
)]
#![allow(unreachable_pub, reason = "JavaScript reaches what no crate does")]
#![allow(
    clippy::use_self,
    reason = "the declarations for TypeScript take names as they stand"
)]

mod call;
mod client;
mod convert;
mod error;
mod keys;
#[cfg(debug_assertions)]
mod panics;
mod promise;
mod public_key;
mod raw;
mod role;
mod settle;
mod spec;
mod stream;
mod tls;
mod tree;
