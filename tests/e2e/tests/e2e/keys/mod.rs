//! Keys that end, crash, take long or are random.

mod copies;
mod kill9;
mod lifetimes;
mod random_unique;
mod slow_key;
