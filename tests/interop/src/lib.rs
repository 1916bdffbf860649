#![forbid(unsafe_code)]
//! Interoperability tests with published clients of the protocol; the tests are in `tests/`.

use parsec_harness::Service;

/// As [`Service::direct`], with the default lifetime of connections: most other tests reuse
/// connections of the published protocol.
///
/// # Panics
///
/// If it does not start, with its output.
pub fn direct() -> Service {
    Service::direct_with("close_after = 60000\n", "")
}
