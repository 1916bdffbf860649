#![forbid(unsafe_code)]
//! The software provider: PSA semantics over the vendored Mbed TLS.
