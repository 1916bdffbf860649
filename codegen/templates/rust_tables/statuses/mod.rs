// {{ banner }}

//! The statuses of responses.

mod kinds;
mod reported;
mod texts;

use std::fmt;

pub use self::kinds::{ErrorKind, Retry};

/// The status of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Status {
{%- for status in model.statuses %}
{%- for line in self::doc_lines(status.message) %}
    /// {{ line }}
{%- endfor %}
    {{ self::variant_name(status.name) }},
{%- endfor %}
}

impl Status {
    /// All statuses, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
{%- for status in model.statuses %}
        Self::{{ self::variant_name(status.name) }},
{%- endfor %}
    ];

    /// The status with that number on the wire.
    pub fn from_number(number: u16) -> Option<Self> {
        match number {
{%- for status in model.statuses %}
            {{ status.number }} => Some(Self::{{ self::variant_name(status.name) }}),
{%- endfor %}
            _ => None,
        }
    }

    /// The number in the wire protocol.
    pub fn number(self) -> u16 {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => {{ status.number }},
{%- endfor %}
        }
    }

    /// The name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => "{{ status.name.kebab() }}",
{%- endfor %}
        }
    }

    /// The kind of the error.
    pub fn kind(self) -> ErrorKind {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => ErrorKind::{{ self::kind_of(status) }},
{%- endfor %}
        }
    }

    /// Whether a retry can succeed.
    pub fn retry(self) -> Retry {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => Retry::{{ self::retry(status.retry) }},
{%- endfor %}
        }
    }

    /// Whether only clients that set the extension flag receive the status.
    pub fn is_extension(self) -> bool {
        self != self.fallback()
    }

    /// The status for clients without the extension flag. For a published status, the status
    /// itself.
    pub fn fallback(self) -> Self {
        match self {
{%- for status in model.statuses %}
{%- if status.extension %}
            Self::{{ self::variant_name(status.name) }} => Self::{{ self::variant_name(model.status_named(status.fallback).name) }},
{%- endif %}
{%- endfor %}
            published => published,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.number())
    }
}
