#![forbid(unsafe_code)]
//! The Parsec service: one daemon per host that holds keys for all applications on it.
//!
//! A request passes through `listener` (frames and deadlines), `server` (caller and provider), the
//! generated dispatch and `dispatch` (checks, keys, policies) to a provider, which works on its own
//! threads (`workers`). `key_store` stores the keys.

mod admission;
mod attached;
mod audit;
mod authenticator;
mod buffer;
mod check;
pub mod config;
mod core_provider;
mod devices;
mod dispatch;
mod ephemeral;
mod error;
mod explain;
mod files;
mod generated;
mod identity;
mod instance;
mod key_space;
mod key_store;
mod lifecycle;
mod limits;
mod listener;
mod logging;
mod metrics;
mod policy;
mod process;
mod providers;
mod published_store;
mod reconcile_schedule;
mod refusal;
mod reload;
mod scraping;
mod server;
mod sessions;
mod settings;
mod store_operations;
mod subordinates;
mod sync;
mod workers;

pub use audit::{
    AuditFault, AuditSummary, CommandInfo, verify_audit, verify_audit_stream, with_audit_event,
};
pub use check::{Verdict, check};
pub use config::Config;
pub use ephemeral::run as run_ephemeral;
pub use error::ServiceError;
pub use explain::explain;
pub use key_store::StoreReport;
pub use lifecycle::run;
pub use logging::{Priority, say};
pub use process::forbid_core_dumps;
pub use store_operations::{
    back_up_store, check_store, rekey_store, release_device, restore_store,
};
