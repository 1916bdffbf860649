//! `protocol.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Map;

/// `protocol.toml`: the constants of the wire protocol.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Protocol {
    /// The protocol's name.
    pub name: String,
    /// What it is.
    pub doc: String,
    /// Its version.
    pub version: Version,
    /// Constants of the frame.
    pub frame: Frame,
    /// Bytes that a body and an authentication field may have unless configured otherwise.
    pub limits: Limits,
    /// The header's flags.
    pub flag: Map<Flag>,
    /// The numbers that are ours to give.
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
    /// The number that every frame begins with.
    pub magic: u32,
    /// The value of the header's size field.
    pub header_size: u16,
    /// Bytes of the whole header.
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

/// A bit of the header's flags.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// Its place, from the lowest.
    pub bit: u8,
    /// What setting it means.
    pub doc: String,
}

/// The numbers of our own range.
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
    /// What belongs to it.
    pub doc: String,
}
