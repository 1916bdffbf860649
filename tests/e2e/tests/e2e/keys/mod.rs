//! Key lifetimes, crashes, slow key generation, random bytes.

mod copies;
mod kill9;
mod lifetimes;
mod random_unique;
mod slow_key;
