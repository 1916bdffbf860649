#![forbid(unsafe_code)]
//! Reads the contracts and writes everything that they can say.
