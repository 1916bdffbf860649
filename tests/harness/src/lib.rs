#![forbid(unsafe_code)]
//! Starts the real service in a scratch folder for a test, and stops it.
//!
//! ```no_run
//! use parsec_contracts::operations::Ping;
//! use parsec_harness::{Auth, Service};
//!
//! let service = Service::start();
//! let reply = service.wire().call(0, &Auth::None, 0, Ping {})?;
//! assert_eq!(reply.output::<Ping>()?.wire_protocol_version_maj, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A failure to start panics with what the service said, for a test has nothing better to do;
//! [`Builder::try_start`] returns it instead.

mod binaries;
mod builder;
mod devices;
pub mod keys;
mod service;
mod softhsm;
mod swtpm;
mod wire;

pub use binaries::{cli, root, service_binary};
pub use builder::Builder;
pub use devices::Devices;
pub use service::Service;
pub use softhsm::SoftHsm;
pub use swtpm::Swtpm;
pub use wire::{Auth, Reply, Wire, frame, request};
