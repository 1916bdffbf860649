#![forbid(unsafe_code)]
//! The Parsec service: one daemon a host that holds keys for every application on it.
//!
//! A request walks through `listener` (frames and deadlines), `server` (who is calling, which
//! provider), the generated dispatch and `dispatch` (checks, keys, policies) to a provider, which
//! works on threads of its own (`workers`). Keys are kept by `key_store`.

mod admission;
mod authenticator;
pub mod config;
mod core_provider;
mod devices;
mod dispatch;
mod error;
mod generated;
mod identity;
mod key_store;
mod lifecycle;
mod limits;
mod listener;
mod policy;
mod refusal;
mod retire;
mod server;
mod streams;
mod workers;

pub use config::Config;
pub use devices::check_devices;
pub use error::ServiceError;
pub use lifecycle::run;
pub use policy::explain;
