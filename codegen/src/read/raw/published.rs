//! `compat/published.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Caller, Form, Map, ProviderKind};

/// `compat/published.toml`: numbers of the published protocol.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Operations.
    pub operation: Map<PublishedOperation>,
    /// Types.
    #[serde(rename = "type")]
    pub types: Map<PublishedType>,
    /// Statuses.
    pub status: Map<u16>,
    /// Providers: number and UUID.
    pub provider: Map<(u8, String)>,
    /// Authenticators.
    pub authenticator: Map<u8>,
}

/// A published field: its number and its wire type.
pub type PublishedField = (u32, String);

/// A published operation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedOperation {
    /// Its number.
    pub opcode: u32,
    /// The kind of provider that serves it.
    pub provider: ProviderKind,
    /// The callers that may use it.
    pub caller: Caller,
    /// Its inputs.
    #[serde(default)]
    pub input: Map<PublishedField>,
    /// Its outputs.
    #[serde(default)]
    pub output: Map<PublishedField>,
}

/// A published type.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedType {
    /// Its form.
    pub form: Form,
    /// Values of an enum.
    #[serde(default)]
    pub values: Map<u32>,
    /// Fields of a struct.
    #[serde(default)]
    pub fields: Map<PublishedField>,
    /// Variants of a union.
    #[serde(default)]
    pub variants: Map<PublishedField>,
    /// Fields of variants.
    #[serde(default)]
    pub inner: Map<Map<PublishedField>>,
}
