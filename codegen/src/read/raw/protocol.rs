//! `protocol.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Map;

/// `protocol.toml`: the constants of the wire protocol.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Protocol {
    /// The name of the protocol.
    pub name: String,
    /// A description.
    pub doc: String,
    /// Its version.
    pub version: Version,
    /// Constants of the frame.
    pub frame: Frame,
    /// The default limits of the lengths of a body and of an authentication field.
    pub limits: Limits,
    /// The flags of the header.
    pub flag: Map<Flag>,
    /// The ranges of numbers of extensions.
    pub extension: ExtensionRanges,
    /// The functional areas, in the order of the book.
    pub area: Map<Area>,
}

/// Version of the protocol.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Major number.
    pub major: u8,
    /// Minor number.
    pub minor: u8,
}

/// Constants of the frame.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Frame {
    /// The magic number at the beginning of every frame.
    pub magic: u32,
    /// The value of the size field of the header.
    pub header_size: u16,
    /// The length of the whole header in bytes.
    pub fixed_header_length: usize,
    /// The content type of protobuf.
    pub content_type_protobuf: u8,
}

/// Default limits, in bytes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Of a body.
    pub body: u32,
    /// Of an authentication field.
    pub auth: u16,
}

/// A flag of the header.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// The number of its bit; 0 is the lowest.
    pub bit: u8,
    /// A description of the effect.
    pub doc: String,
}

/// The ranges of numbers of extensions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExtensionRanges {
    /// The lowest opcode.
    pub first_opcode: u32,
    /// The highest opcode.
    pub last_opcode: u32,
    /// The lowest status.
    pub first_status: u16,
    /// The highest status.
    pub last_status: u16,
}

/// A functional area of the PSA Crypto API.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Its heading.
    pub title: String,
    /// A description of its operations.
    pub doc: String,
}
