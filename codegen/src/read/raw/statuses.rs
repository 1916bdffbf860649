//! `statuses.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Map;

/// `statuses.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statuses {
    /// What callers branch on.
    pub kind: Map<Kind>,
    /// What a response says.
    pub status: Map<Status>,
}

/// When to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// The same request fails again.
    Never,
    /// The same request may succeed later.
    Later,
    /// After connecting again.
    Reconnect,
}

/// An error kind: what a caller branches on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// When to try again.
    pub retry: Retry,
    /// When it happens.
    pub doc: String,
    /// The builtin exceptions that the Python class also derives from.
    #[serde(default)]
    pub python: Vec<String>,
}

/// A response status.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Its number on the wire.
    pub number: u16,
    /// Its kind; only success has none.
    pub kind: Option<String>,
    /// Where it differs from the kind's.
    pub retry: Option<Retry>,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do next.
    pub next: String,
    /// The PSA error code that it carries.
    pub psa: Option<String>,
    /// Whether it is ours, and only for clients that set the extension flag.
    #[serde(default)]
    pub extension: bool,
    /// What other clients are told instead.
    pub fallback: Option<String>,
}
