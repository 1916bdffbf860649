// {{ banner }}

//! The numbers, names and properties of the operations.

mod rules;
mod streams;
mod texts;

use std::fmt;

pub use self::rules::{CallerKind, ServedBy};
pub use self::streams::StreamPart;

/// The number of an operation in the header of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Opcode {
{%- for operation in model.operations %}
    /// {{ operation.summary }}
    {{ operation.name.rust_type() }},
{%- endfor %}
}

impl Opcode {
    /// All operations, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
{%- for operation in model.operations %}
        Self::{{ operation.name.rust_type() }},
{%- endfor %}
    ];

    /// The operation with that number.
    pub fn from_number(number: u32) -> Option<Self> {
        match number {
{%- for operation in model.operations %}
            {{ format!("{:#06x}", operation.opcode) }} => Some(Self::{{ operation.name.rust_type() }}),
{%- endfor %}
            _ => None,
        }
    }

    /// The number.
    pub fn number(self) -> u32 {
        match self {
{%- for operation in model.operations %}
            Self::{{ operation.name.rust_type() }} => {{ format!("{:#06x}", operation.opcode) }},
{%- endfor %}
        }
    }

    /// The name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
{%- for operation in model.operations %}
            Self::{{ operation.name.rust_type() }} => "{{ operation.name.snake() }}",
{%- endfor %}
        }
    }

    /// The operation of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|opcode| opcode.name() == name)
    }
}

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
