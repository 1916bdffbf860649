#![forbid(unsafe_code)]
//! Starts the real service in a temporary folder for a test, and stops it.
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
//! A failure to start panics with the service's output, because a test cannot continue;
//! [`Builder::try_start`] returns it instead.

mod binaries;
mod builder;
mod devices;
mod eventually;
pub mod keys;
mod metrics;
mod ports;
mod service;
mod shared;
mod softhsm;
mod swtpm;
mod wire;

pub use binaries::{cli, root, service_binary};
pub use builder::Builder;
pub use devices::Devices;
pub use eventually::{Observed, eventually};
pub use metrics::Metrics;
pub use service::Service;
pub use shared::{SharedService, shared_service};
pub use softhsm::SoftHsm;
pub use swtpm::Swtpm;
pub use wire::{Auth, Reply, Wire, frame, request, request_of, usual_provider};

/// Returns whether the extended tests run, with more repetitions.
pub fn is_extended() -> bool {
    std::env::var_os("PARSEC_TEST_EXTENDED").is_some_and(|value| value == "1")
}
