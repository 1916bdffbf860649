#![forbid(unsafe_code)]
//! The interface of a provider: its operations, the context of a key, errors and the test suite.
//!
//! A provider serves the operations of the contracts with a library or a device. It is called from
//! worker threads, blocks until the work is done, and does not depend on frames, sockets, owners or
//! the key store: each call includes the [`KeyContext`] of its keys.
//!
//! To write a provider, implement [`Provider`] and the methods of [`Operations`] that it serves,
//! and run the `suite` (a feature of this crate) on it.

mod admission;
pub mod batch;
mod counters;
mod device;
mod error;
mod generated;
mod journal;
mod key;
pub mod known_keys;
mod provider;
pub mod registration;
mod streaming;
#[cfg(feature = "suite")]
pub mod suite;
pub mod turn;

pub use admission::admit;
pub use counters::{Counted, Counters};
pub use device::{Binding, Device};
pub use error::ProviderError;
pub use generated::operations::Operations;
pub use journal::Journal;
pub use key::{CreatedKey, KeyContext, KeyId};
pub use provider::{Forwards, Provider, Shown};
pub use streaming::Streaming;
