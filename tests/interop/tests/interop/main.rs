#![forbid(unsafe_code)]
//! The published Rust client and codec against our service.

mod published_client;
mod published_interface;
