#![deny(unsafe_code)]
//! The software provider: PSA semantics over a library of cryptography.
//!
//! Keys are bytes that the service stores, encrypted; the provider keeps none of its own. What
//! needs a key pair goes to an *engine*, today the vendored Mbed TLS behind one lock for the whole
//! process, because that build must never be entered by two threads at once. What needs no key
//! pair never waits for that lock:
//!
//! - Hashing is done by pure Rust code, in parallel, while an RSA key is being generated.
//! - Random bytes, and keys that are nothing but bytes, come from the operating system. Its
//!   generator needs no lock, has no state that two threads or a forked child could share, and is
//!   seeded before we are.
//!
//! Generating an RSA key holds the engine's lock until it is found, a second or more for 4096
//! bits; signatures wait for it.

mod agreement;
mod capability;
mod derivation;
mod encryption;
mod engine;
mod hashing;
mod key_wrap;
mod keys;
mod plain;
mod provider;
mod random;
mod signing;
mod symmetric;

pub use provider::SoftwareProvider;
