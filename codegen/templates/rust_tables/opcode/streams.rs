// {{ banner }}

//! Operations on data that comes in pieces.

use super::Opcode;

/// The part of an operation in a stream: data that comes in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamPart {
    /// It begins a stream.
    Begin,
    /// It continues one.
    Continue,
    /// It ends one, with its result.
    End,
}

impl Opcode {
    /// The part of the operation in a stream, if it has one.
    pub fn stream_part(self) -> Option<StreamPart> {
        match self {
{%- for operation in model.operations %}
{%- if let Some(part) = operation.stream %}
            Self::{{ operation.name.rust_type() }} => Some(StreamPart::{{ self::stream_part(part) }}),
{%- endif %}
{%- endfor %}
            _ => None,
        }
    }

    /// Whether a stream that this operation began may end with the operation `end`. A stream has a
    /// direction: one that began to verify never hands out what it would compare.
    pub fn may_end_with(self, end: Self) -> bool {
        match self {
{%- for operation in model.operations %}
{%- if !operation.ends_with.is_empty() %}
            Self::{{ operation.name.rust_type() }} => {
                matches!(end, {% for end in operation.ends_with %}{% if !loop.first %} | {% endif %}Self::{{ end.rust_type() }}{% endfor %})
            }
{%- endif %}
{%- endfor %}
            _ => false,
        }
    }
}
