#![forbid(unsafe_code)]
//! Starts the real service in a scratch folder for a test, and stops it.
