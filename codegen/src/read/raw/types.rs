//! `types/*.toml`, and the fields that operations have as well.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Map;

/// The form of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A builtin type with bounds and a name.
    Scalar,
    /// One of several numbers.
    Enum,
    /// Several fields together.
    Struct,
    /// One of several variants.
    Union,
}

/// A type that operations share.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Type {
    /// Its form.
    pub form: Form,
    /// What it is.
    pub doc: String,
    /// The PSA type or macro family that it mirrors.
    pub psa: Option<String>,
    /// Scalars: the builtin type below.
    pub base: Option<String>,
    /// Scalars: the least length in bytes or the least value.
    pub min: Option<u64>,
    /// Scalars: the greatest length in bytes or the greatest value.
    pub max: Option<u64>,
    /// Enums: the name of 0, which no message may carry.
    pub zero: Option<String>,
    /// Enums: the values.
    #[serde(default)]
    pub value: Map<Value>,
    /// Structs: the fields.
    #[serde(default)]
    pub field: Map<Field>,
    /// Unions: the variants.
    #[serde(default)]
    pub variant: Map<Variant>,
}

/// A value of an enum.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// Its number on the wire.
    pub number: u32,
    /// What it is.
    pub doc: String,
    /// The PSA constant that it mirrors.
    pub psa: Option<String>,
    /// Bytes of output, where that has a meaning.
    pub length: Option<u32>,
    /// Why new keys should not use it.
    pub deprecated: Option<String>,
    /// Sizes in bits that new keys of it should not have.
    #[serde(default, rename = "deprecated-bits")]
    pub deprecated_bits: Vec<u32>,
    /// Whether the published type lacks it: strict clients fail on it.
    #[serde(default)]
    pub extension: bool,
}

/// A variant of a union: nothing, a value of a type, or fields of its own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// The protobuf field's number.
    pub field: u32,
    /// What it is.
    pub doc: String,
    /// The type of its value.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    /// Its fields.
    #[serde(default)]
    pub inner: Map<Field>,
    /// Whether examples may write the value alone.
    #[serde(default)]
    pub shorthand: bool,
    /// The protobuf field's name where it isn't the variant's own.
    pub name: Option<String>,
    /// The PSA constant or macro that it mirrors.
    pub psa: Option<String>,
    /// Why new keys should not use it.
    pub deprecated: Option<String>,
    /// Whether the same inputs give the same output each time.
    #[serde(default)]
    pub deterministic: bool,
    /// Whether the published type lacks it: strict clients fail on it.
    #[serde(default)]
    pub extension: bool,
}

/// An input, an output or a field of a struct.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The protobuf field's number.
    pub field: u32,
    /// Its type: builtin or from `types/`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What it means, with units and lengths.
    pub doc: String,
    /// Whether it is held in memory that is wiped, and never printed.
    #[serde(default)]
    pub secret: bool,
    /// Whether there may be any number of them.
    #[serde(default)]
    pub repeated: bool,
    /// Whether a struct or union may be missing.
    #[serde(default)]
    pub optional: bool,
    /// The least length in bytes, or the least value.
    pub min: Option<u64>,
    /// The greatest length in bytes, or the greatest value.
    pub max: Option<u64>,
    /// The exact length in bytes; of each, where there may be several.
    pub length: Option<Length>,
    /// How many there may be, at most.
    #[serde(rename = "max-items")]
    pub max_items: Option<u64>,
    /// What clients fill in.
    pub default: Option<ClientDefault>,
    /// Whether the response is as many bytes long as this number says.
    #[serde(default, rename = "response-length")]
    pub response_length: bool,
}

/// An exact length in bytes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Length {
    /// A number.
    Bytes(u64),
    /// A function of another input: `hash-length(alg)`.
    Function(String),
}

/// What clients fill in when the caller leaves an input out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientDefault {
    /// The algorithm that the key's policy permits.
    KeyPolicy,
    /// No bytes.
    Empty,
    /// A fresh random nonce of the length that the algorithm wants.
    RandomNonce,
}
