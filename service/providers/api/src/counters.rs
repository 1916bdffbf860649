//! A provider's counters, for operators.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters since the start of a provider. Any thread can increment them.
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

/// The values of the counters at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Uses of keys that were already loaded.
    pub cache_hits: u64,
    /// Uses of keys that had to be loaded or found first.
    pub cache_misses: u64,
    /// How often the device was reset or gone.
    pub device_resets: u64,
    /// Searches for a key among all objects of the device.
    pub searches: u64,
}

impl Counters {
    /// Creates counters, all of them 0.
    pub const fn new() -> Self {
        Self {
            cache_hits: AtomicU64::new(0),
            cache_misses: AtomicU64::new(0),
            device_resets: AtomicU64::new(0),
            searches: AtomicU64::new(0),
        }
    }

    /// Counts a use of a loaded key.
    pub fn count_hit(&self) {
        self.cache_hits.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a use of a key that had to be loaded.
    pub fn count_miss(&self) {
        self.cache_misses.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a reset of the device.
    pub fn count_reset(&self) {
        self.device_resets.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a search for a key among all objects of the device.
    pub fn count_search(&self) {
        self.searches.fetch_add(1, Ordering::Relaxed);
    }

    /// The current values.
    pub fn read(&self) -> Counted {
        Counted {
            cache_hits: self.cache_hits.load(Ordering::Relaxed),
            cache_misses: self.cache_misses.load(Ordering::Relaxed),
            device_resets: self.device_resets.load(Ordering::Relaxed),
            searches: self.searches.load(Ordering::Relaxed),
        }
    }
}
