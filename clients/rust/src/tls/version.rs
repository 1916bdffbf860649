//! Versions of TLS.

use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};

use crate::error::{Error, Result};

/// A version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Version {
    /// TLS 1.2 (RFC 5246).
    Tls12,
    /// TLS 1.3 (RFC 8446).
    Tls13,
}

/// Returns the versions from `min` to `max`, the latest first.
pub(super) fn between(
    min: Version,
    max: Version,
) -> Result<Vec<&'static SupportedProtocolVersion>> {
    if min > max {
        return Err(Error::invalid(
            "the oldest version of TLS is later than the latest",
            "exchange them",
        ));
    }
    let all = [(Version::Tls13, &TLS13), (Version::Tls12, &TLS12)];
    let wanted = all
        .into_iter()
        .filter(|(version, _)| (min..=max).contains(version));
    Ok(wanted.map(|(_, supported)| supported).collect())
}
