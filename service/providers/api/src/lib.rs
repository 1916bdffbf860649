#![forbid(unsafe_code)]
//! What a provider is: the operations it may serve, a key's context, its errors and its test suite.
//!
//! A provider turns the contracts' plain values into work of a library or a device. It is called
//! from worker threads, answers when it is done, and knows nothing of frames, sockets, owners or
//! the key store: whatever it needs of a key comes with each call in a [`KeyContext`].
//!
//! To write one, implement [`Provider`] and, of [`Operations`], the methods it serves; then run
//! the `suite` (a feature of this crate) over it.

pub mod batch;
mod counters;
mod device;
mod error;
mod generated;
mod journal;
mod key;
pub mod known_keys;
mod provider;
mod streaming;
#[cfg(feature = "suite")]
pub mod suite;
pub mod turn;

pub use counters::{Counted, Counters};
pub use device::{Binding, Device, admit};
pub use error::ProviderError;
pub use generated::operations::Operations;
pub use journal::Journal;
pub use key::{CreatedKey, KeyContext, KeyId};
pub use provider::{Forwards, Provider, Shown};
pub use streaming::Streaming;
