// {{ banner }}

//! Descriptions of the operations.

use super::Opcode;

impl Opcode {
    /// A sentence that describes the operation.
    pub fn summary(self) -> &'static str {
        match self {
{%- for operation in model.operations %}
            Self::{{ operation.name.rust_type() }} => {{ self::quoted(operation.summary) }},
{%- endfor %}
        }
    }

    /// The functional area of the operation.
    pub fn area(self) -> &'static str {
        match self {
{%- for operation in model.operations %}
            Self::{{ operation.name.rust_type() }} => "{{ operation.area.kebab() }}",
{%- endfor %}
        }
    }
}
