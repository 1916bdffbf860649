//! Counters of audit events.

use std::sync::atomic::AtomicU64;

/// What became of events, for the metrics.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) written: AtomicU64,
    /// There was no room for them.
    pub(crate) lost: AtomicU64,
}
