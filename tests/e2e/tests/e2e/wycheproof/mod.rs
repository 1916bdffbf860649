//! The vectors of Project Wycheproof, asked of a running service: keys are imported, and every
//! test goes over the wire by the client.
//!
//! What is valid must be accepted, what is invalid refused with a status that says so. A set of
//! vectors is run, or it is named with the reason why not and with the number of its tests, so
//! that none is left out unseen. Which kinds of algorithms are asked for at all, Cargo.toml says by the
//! crate's features.
mod agreement;
mod derivation;
mod encryption;
mod names;
mod report;
mod session;
mod signatures;
mod symmetric;
mod wrapping;
