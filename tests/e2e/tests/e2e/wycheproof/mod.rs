//! The vectors of Project Wycheproof against a running service: keys are imported, and the client
//! sends every test over the wire.
//!
//! Valid inputs must be accepted, invalid ones refused with an appropriate status. Each set of
//! vectors either runs, or is listed with a reason and the number of its tests, so that no set is
//! omitted silently. The crate's features in Cargo.toml select the algorithms.
mod agreement;
mod derivation;
mod encryption;
mod names;
mod report;
mod session;
mod signatures;
mod symmetric;
mod wrapping;
