// {{ banner }}

//! Constants of the wire protocol.

/// Major and minor version.
pub const VERSION: (u8, u8) = ({{ model.protocol.version.0 }}, {{ model.protocol.version.1 }});
/// The magic number at the beginning of every frame.
pub const MAGIC: u32 = {{ self::magic(model) }};
/// The value of the size field of the header: the number of bytes that follow it.
pub const HEADER_SIZE: u16 = {{ model.protocol.header_size }};
/// The length of the whole header in bytes.
pub const FIXED_HEADER_LENGTH: usize = {{ model.protocol.fixed_header_length }};
/// The content type of protobuf bodies.
pub const CONTENT_TYPE_PROTOBUF: u8 = {{ model.protocol.content_type_protobuf }};
/// The default of the greatest length of a body in bytes.
pub const BODY_LIMIT: u32 = {{ model.protocol.body_limit }};
/// The greatest length of an authentication field in bytes.
pub const AUTH_LIMIT: u16 = {{ model.protocol.auth_limit }};
{%- for (name, bit, doc) in model.protocol.flags %}
{%- for line in self::doc_lines(doc) %}
/// {{ line }}
{%- endfor %}
pub const FLAG_{{ name.shouty() }}_BIT: u8 = {{ bit }};
{%- endfor %}
