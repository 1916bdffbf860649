//! `statuses.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Map;

/// `statuses.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statuses {
    /// The kinds of errors.
    pub kind: Map<Kind>,
    /// The statuses of responses.
    pub status: Map<Status>,
}

/// Whether a retry can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// A retry fails as well.
    Never,
    /// A later retry may succeed.
    Later,
    /// A retry on a new connection may succeed.
    Reconnect,
}

/// A kind of error, which programs branch on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Whether a retry can succeed.
    pub retry: Retry,
    /// A description of the condition.
    pub doc: String,
    /// Additional builtin base classes of the exception in Python.
    #[serde(default)]
    pub python: Vec<String>,
}

/// A response status.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Its number in the wire protocol.
    pub number: u16,
    /// Its kind. Only success has no kind.
    pub kind: Option<String>,
    /// Whether a retry can succeed, if it differs from the kind.
    pub retry: Option<Retry>,
    /// A description of the status, in one sentence.
    pub message: String,
    /// The recommended next step.
    pub next: String,
    /// The PSA error code that it corresponds to.
    pub psa: Option<String>,
    /// Whether it is an extension, which only clients that set the extension flag receive.
    #[serde(default)]
    pub extension: bool,
    /// The status that other clients receive instead.
    pub fallback: Option<String>,
}
