// {{ banner }}

//! Constants of the wire protocol.

/// Major and minor version.
pub const VERSION: (u8, u8) = ({{ model.protocol.version.0 }}, {{ model.protocol.version.1 }});
/// The number that every frame begins with.
pub const MAGIC: u32 = {{ self::magic(model) }};
/// The value of the header's size field: the bytes that follow it.
pub const HEADER_SIZE: u16 = {{ model.protocol.header_size }};
/// Bytes of the whole header.
pub const FIXED_HEADER_LENGTH: usize = {{ model.protocol.fixed_header_length }};
/// The content type of protobuf bodies.
pub const CONTENT_TYPE_PROTOBUF: u8 = {{ model.protocol.content_type_protobuf }};
/// Bytes that a body may have, unless configured otherwise.
pub const BODY_LIMIT: u32 = {{ model.protocol.body_limit }};
/// Bytes that an authentication field may have.
pub const AUTH_LIMIT: u16 = {{ model.protocol.auth_limit }};
{%- for (name, bit, doc) in model.protocol.flags %}
{%- for line in self::doc_lines(doc) %}
/// {{ line }}
{%- endfor %}
pub const FLAG_{{ name.shouty() }}_BIT: u8 = {{ bit }};
{%- endfor %}
