#![forbid(unsafe_code)]
//! End-to-end promises, one file each in `tests/`. This library is empty.
