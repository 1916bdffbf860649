//! `[limits]`: limits of each client, and of all clients together.

use std::fmt;

use parsec_contracts::AuthType;
use serde::Deserialize;
use toml::Spanned;

use super::authenticator::{AuthenticatorConfig, find};
use super::error::ConfigError;
use super::literal::{first, quoted};
use super::source::Source;

/// The default limit on open streams of one client.
const STREAMS: u64 = 64;
/// The default limit on bytes buffered by the connections of one user.
const BUFFERED_BYTES: u64 = 64 * 1024 * 1024;
/// The default limit on bytes buffered by all connections.
const ALL_BUFFERED_BYTES: u64 = 4 * BUFFERED_BYTES;

/// A limit on each resource; `None` for no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Concurrent connections.
    pub connections: Option<u64>,
    /// Concurrent requests, queued ones included.
    pub requests_in_flight: Option<u64>,
    /// Requests a second; a burst of as many is allowed after an idle second.
    pub requests_per_second: Option<u64>,
    /// Keys in the store.
    pub keys: Option<u64>,
    /// Bytes of a request's body.
    pub request_bytes: Option<u64>,
    /// Open streams.
    pub streams: Option<u64>,
    /// Bytes of memory for streams: their states, and the pieces being processed.
    pub stream_bytes: Option<u64>,
    /// Bytes of requests that are received or in flight, and of responses not yet sent.
    pub buffered_bytes: Option<u64>,
}

/// The limits in effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitsConfig {
    /// The limits of each client.
    pub each: Limits,
    /// The limits of all clients together.
    pub total: Limits,
    /// Clients with other limits.
    pub exceptions: Vec<LimitException>,
}

/// A client with its own limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitException {
    /// The authenticator that identifies it.
    pub auth_type: AuthType,
    /// Its name.
    pub client: String,
    /// All its limits.
    pub limits: Limits,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            each: Limits {
                streams: Some(STREAMS),
                buffered_bytes: Some(BUFFERED_BYTES),
                ..Limits::default()
            },
            total: Limits {
                buffered_bytes: Some(ALL_BUFFERED_BYTES),
                ..Limits::default()
            },
            exceptions: Vec::new(),
        }
    }
}

/// `[limits]`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsSection {
    each: LimitsTable,
    total: LimitsTable,
    exception: Vec<RawException>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawException {
    client: String,
    authenticator: Option<Spanned<String>>,
    #[serde(default)]
    limits: LimitsTable,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct LimitsTable {
    connections: Option<Spanned<u64>>,
    requests_in_flight: Option<Spanned<u64>>,
    requests_per_second: Option<Spanned<u64>>,
    keys: Option<Spanned<u64>>,
    request_bytes: Option<Spanned<u64>>,
    streams: Option<Spanned<u64>>,
    stream_bytes: Option<Spanned<u64>>,
    buffered_bytes: Option<Spanned<u64>>,
}

impl LimitsTable {
    /// The limits of the table, with those of `base` as defaults.
    fn over(&self, source: &Source<'_>, base: &Limits) -> Result<Limits, ConfigError> {
        let chosen = |given: &Option<Spanned<u64>>, base: Option<u64>| match given {
            None => Ok(base),
            // A client without any request is certainly a mistake.
            Some(given) if *given.get_ref() == 0 => Err(source.wrong(
                given.span().start,
                "a limit must be at least 1; omit it for no limit",
            )),
            Some(given) => Ok(Some(*given.get_ref())),
        };
        Ok(Limits {
            connections: chosen(&self.connections, base.connections)?,
            requests_in_flight: chosen(&self.requests_in_flight, base.requests_in_flight)?,
            requests_per_second: chosen(&self.requests_per_second, base.requests_per_second)?,
            keys: chosen(&self.keys, base.keys)?,
            request_bytes: chosen(&self.request_bytes, base.request_bytes)?,
            streams: chosen(&self.streams, base.streams)?,
            stream_bytes: chosen(&self.stream_bytes, base.stream_bytes)?,
            buffered_bytes: chosen(&self.buffered_bytes, base.buffered_bytes)?,
        })
    }
}

/// Resolves the limits, with defaults filled in.
pub(super) fn limits(
    source: &Source<'_>,
    section: &LimitsSection,
    authenticators: &[AuthenticatorConfig],
) -> Result<LimitsConfig, ConfigError> {
    let default = LimitsConfig::default();
    let each = section.each.over(source, &default.each)?;
    let exceptions = section.exception.iter().map(|exception| {
        if let Some(given) = &exception.limits.buffered_bytes {
            return Err(source.wrong(
                given.span().start,
                "`buffered_bytes` applies to a user of this host, before it is known which client \
                 calls; set it in [limits.each] or [limits.total]",
            ));
        }
        Ok(LimitException {
            auth_type: find(source, authenticators, exception.authenticator.as_ref())?,
            client: exception.client.clone(),
            limits: exception.limits.over(source, &each)?,
        })
    });
    Ok(LimitsConfig {
        each,
        total: section.total.over(source, &default.total)?,
        exceptions: exceptions.collect::<Result<_, _>>()?,
    })
}

/// Formats the settings as in the file.
impl fmt::Display for LimitsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n[limits.each]")?;
        self.each.fmt(f)?;
        writeln!(f, "\n[limits.total]")?;
        self.total.fmt(f)?;
        for exception in &self.exceptions {
            writeln!(f, "\n[[limits.exception]]")?;
            writeln!(f, "client = {}", quoted(&exception.client))?;
            let names = exception.auth_type.config_names();
            writeln!(f, "authenticator = {}", first(names))?;
            writeln!(f, "[limits.exception.limits]")?;
            let settable = Limits {
                buffered_bytes: None,
                ..exception.limits
            };
            settable.fmt(f)?;
        }
        Ok(())
    }
}

impl Limits {
    /// Each limit with its name in the file.
    pub fn named(&self) -> [(&'static str, Option<u64>); 8] {
        [
            ("connections", self.connections),
            ("requests_in_flight", self.requests_in_flight),
            ("requests_per_second", self.requests_per_second),
            ("keys", self.keys),
            ("request_bytes", self.request_bytes),
            ("streams", self.streams),
            ("stream_bytes", self.stream_bytes),
            ("buffered_bytes", self.buffered_bytes),
        ]
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, limit) in self.named() {
            if let Some(limit) = limit {
                writeln!(f, "{name} = {limit}")?;
            }
        }
        Ok(())
    }
}
