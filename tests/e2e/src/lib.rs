#![forbid(unsafe_code)]
//! End-to-end promises, one file each.
