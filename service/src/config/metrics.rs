//! `[metrics]`: whether and where the service exposes metrics.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::error::ConfigError;
use super::source::Source;

/// The address of the metrics endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetricsConfig {
    /// A separate Unix socket.
    Unix(PathBuf),
    /// A port of this host, for local clients only.
    Loopback(SocketAddr),
}

impl std::fmt::Display for MetricsConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Loopback(address) => address.fmt(f),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MetricsSection {
    listen: Spanned<String>,
}

pub(super) fn metrics(
    source: &Source<'_>,
    raw: Option<&MetricsSection>,
) -> Result<Option<MetricsConfig>, ConfigError> {
    let Some(raw) = raw else { return Ok(None) };
    let (at, listen) = (raw.listen.span().start, raw.listen.get_ref());
    if let Some(path) = listen.strip_prefix("unix:") {
        return Ok(Some(MetricsConfig::Unix(source.path(Path::new(path)))));
    }
    let address: SocketAddr = listen.parse().map_err(|_| {
        source.wrong(
            at,
            "`listen` must be a socket, such as \"unix:/run/parsec/metrics.sock\", or on a port \
             of this host, such as \"127.0.0.1:9464\"",
        )
    })?;
    if !address.ip().is_loopback() {
        return Err(source.wrong(
            at,
            "metrics are for local clients only: `listen` must be on 127.0.0.1 or [::1]",
        ));
    }
    Ok(Some(MetricsConfig::Loopback(address)))
}
