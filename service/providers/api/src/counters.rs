//! What a provider counts of its own work, for operators.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts of a provider since it was started, to be added to from any thread.
///
/// ```
/// let counters = parsec_provider::Counters::new();
/// counters.count_hit();
/// assert_eq!(counters.read().cache_hits, 1);
/// ```
#[derive(Debug, Default)]
pub struct Counters {
    cache_hits: AtomicU64,
    cache_misses: AtomicU64,
    device_resets: AtomicU64,
    searches: AtomicU64,
}

/// The counts at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Uses of keys that were loaded already.
    pub cache_hits: u64,
    /// Uses of keys that had to be loaded or looked for first.
    pub cache_misses: u64,
    /// How often the device was found reset, or gone.
    pub device_resets: u64,
    /// Searches for one key among all that the device holds.
    pub searches: u64,
}

impl Counters {
    /// All of them zero.
    pub const fn new() -> Self {
        Self {
            cache_hits: AtomicU64::new(0),
            cache_misses: AtomicU64::new(0),
            device_resets: AtomicU64::new(0),
            searches: AtomicU64::new(0),
        }
    }

    /// A key was loaded already.
    pub fn count_hit(&self) {
        self.cache_hits.fetch_add(1, Ordering::Relaxed);
    }

    /// A key had to be loaded.
    pub fn count_miss(&self) {
        self.cache_misses.fetch_add(1, Ordering::Relaxed);
    }

    /// The device was reset, or is gone.
    pub fn count_reset(&self) {
        self.device_resets.fetch_add(1, Ordering::Relaxed);
    }

    /// A key was searched for among all that the device holds.
    pub fn count_search(&self) {
        self.searches.fetch_add(1, Ordering::Relaxed);
    }

    /// The counts now.
    pub fn read(&self) -> Counted {
        Counted {
            cache_hits: self.cache_hits.load(Ordering::Relaxed),
            cache_misses: self.cache_misses.load(Ordering::Relaxed),
            device_resets: self.device_resets.load(Ordering::Relaxed),
            searches: self.searches.load(Ordering::Relaxed),
        }
    }
}
