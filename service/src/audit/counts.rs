//! Counters of audit events.

use std::sync::atomic::AtomicU64;

/// The numbers of written and lost events, for the metrics.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) written: AtomicU64,
    /// Events dropped because the queue was full.
    pub(crate) lost: AtomicU64,
}
