#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! End-to-end tests of the service, over real devices in software. All run in this one process, so
//! whatever would change the state of a process (its environment, folder, umask, limits) belongs
//! into a child.

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
