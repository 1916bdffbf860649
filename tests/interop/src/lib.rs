#![forbid(unsafe_code)]
//! The published clients of the protocol against our service; the tests are in `tests/`.
