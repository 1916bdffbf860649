// {{ banner }}

//! The numbers and names of the operations, and what the contracts say about each.

mod rules;
mod streams;
mod texts;

use std::fmt;

pub use self::rules::{CallerKind, ServedBy};
pub use self::streams::StreamPart;

/// An operation's number in a frame's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Opcode {
{%- for operation in model.operations %}
    /// {{ operation.summary }}
    {{ operation.name.rust_type() }},
{%- endfor %}
}

impl Opcode {
    /// Every operation, in the order of their numbers.
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

    /// Its number.
    pub fn number(self) -> u32 {
        match self {
{%- for operation in model.operations %}
            Self::{{ operation.name.rust_type() }} => {{ format!("{:#06x}", operation.opcode) }},
{%- endfor %}
        }
    }

    /// Its name in the contracts.
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
