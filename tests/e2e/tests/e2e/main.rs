#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! End-to-end tests of the service, with software devices. All run in one process, so changes of
//! process state (environment, folder, umask, limits) must happen in a child process.

mod admission;
mod audit;
mod devices;
mod fairness;
mod identity;
mod keys;
mod life_cycle;
mod operation;
mod policy;
mod protocol;
mod repository;
mod secrets;
mod wycheproof;
