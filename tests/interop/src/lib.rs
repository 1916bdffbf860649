#![forbid(unsafe_code)]
//! The published clients of the protocol against our service; the tests are in `tests/`.

use parsec_harness::Service;

/// As [`Service::direct`], with connections that live as long as an operator's do: most tests keep
/// those on which they send frames of the published protocol.
///
/// # Panics
///
/// If it does not start, with what it said.
pub fn direct() -> Service {
    Service::direct_with("close_after = 60000\n", "")
}
