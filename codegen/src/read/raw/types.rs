//! `types/*.toml`, and the fields of types and of operations.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Map;

/// The form of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A builtin type with bounds and a name.
    Scalar,
    /// A number with named values.
    Enum,
    /// A group of fields.
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
    /// A description.
    pub doc: String,
    /// The PSA type or macro family that it mirrors.
    pub psa: Option<String>,
    /// Scalars: the builtin type.
    pub base: Option<String>,
    /// Scalars: the minimum length in bytes or the minimum value.
    pub min: Option<u64>,
    /// Scalars: the maximum length in bytes or the maximum value.
    pub max: Option<u64>,
    /// Enums: the name of 0, which messages must not contain.
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
    /// Its number in the wire protocol.
    pub number: u32,
    /// A description.
    pub doc: String,
    /// The PSA constant that it mirrors.
    pub psa: Option<String>,
    /// The length of the output in bytes, if it has one.
    pub length: Option<u32>,
    /// The reason why it is deprecated for new keys.
    pub deprecated: Option<String>,
    /// Sizes in bits that are deprecated for new keys.
    #[serde(default, rename = "deprecated-bits")]
    pub deprecated_bits: Vec<u32>,
    /// Whether it is an extension of the published type: strict clients fail on it.
    #[serde(default)]
    pub extension: bool,
}

/// A variant of a union: nothing, a value of a type, or fields.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// The number of the protobuf field.
    pub field: u32,
    /// A description.
    pub doc: String,
    /// The type of its value.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    /// Its fields.
    #[serde(default)]
    pub inner: Map<Field>,
    /// Whether examples can omit the name of the variant.
    #[serde(default)]
    pub shorthand: bool,
    /// The name of the protobuf field, if it differs from that of the variant.
    pub name: Option<String>,
    /// The PSA constant or macro that it mirrors.
    pub psa: Option<String>,
    /// The reason why it is deprecated for new keys.
    pub deprecated: Option<String>,
    /// Whether the same inputs always produce the same output.
    #[serde(default)]
    pub deterministic: bool,
    /// Whether it is an extension of the published type: strict clients fail on it.
    #[serde(default)]
    pub extension: bool,
}

/// An input, an output or a field of a struct.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The number of the protobuf field.
    pub field: u32,
    /// Its type: builtin or from `types/`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// A description, with units and lengths.
    pub doc: String,
    /// Whether it is secret: zeroized on drop and never printed.
    #[serde(default)]
    pub secret: bool,
    /// Whether it is an array.
    #[serde(default)]
    pub repeated: bool,
    /// Whether a struct or union is optional.
    #[serde(default)]
    pub optional: bool,
    /// The minimum length in bytes, or the minimum value.
    pub min: Option<u64>,
    /// The maximum length in bytes, or the maximum value.
    pub max: Option<u64>,
    /// The exact length in bytes; for an array, of each item.
    pub length: Option<Length>,
    /// The maximum number of items of an array.
    #[serde(rename = "max-items")]
    pub max_items: Option<u64>,
    /// The default in clients.
    pub default: Option<ClientDefault>,
    /// Whether the value is the length of the response in bytes.
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

/// The value that clients use if the caller omits an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientDefault {
    /// The algorithm that the policy of the key permits.
    KeyPolicy,
    /// Empty bytes.
    Empty,
    /// A new random nonce with the length that the algorithm requires.
    RandomNonce,
}
