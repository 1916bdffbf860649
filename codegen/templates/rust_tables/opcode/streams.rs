// {{ banner }}

//! Operations on streams.

use super::Opcode;

/// The part of an operation in a stream, which processes data in several requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamPart {
    /// Begins a stream.
    Begin,
    /// Continues a stream.
    Continue,
    /// Ends a stream and returns the result.
    End,
}

impl Opcode {
    /// The part of the operation in a stream. `None` if the operation does not use streams.
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

    /// Whether a stream that this operation began may end with the operation `end`. A stream that
    /// began a verification must not end with the operation that returns the signature.
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
