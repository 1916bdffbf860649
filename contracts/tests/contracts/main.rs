#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The codec against golden frames, the published protocol and a public implementation of it.

mod examples;
mod oracle;
mod published;
