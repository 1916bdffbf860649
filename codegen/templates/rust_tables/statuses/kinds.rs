// {{ banner }}

//! The kinds of errors.

use std::fmt;

/// Whether a retry of the same request can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// A retry fails as well.
    Never,
    /// A later retry may succeed.
    Later,
    /// A retry on a new connection may succeed.
    Reconnect,
}

/// The kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
{%- for kind in model.kinds %}
{%- for line in self::doc_lines(kind.doc) %}
    /// {{ line }}
{%- endfor %}
    {{ self::variant_name(kind.name) }},
{%- endfor %}
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[
{%- for kind in model.kinds %}
        Self::{{ self::variant_name(kind.name) }},
{%- endfor %}
    ];

    /// The name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
{%- for kind in model.kinds %}
            Self::{{ self::variant_name(kind.name) }} => "{{ kind.name.kebab() }}",
{%- endfor %}
        }
    }

    /// Whether a retry can succeed, unless the status specifies it.
    pub fn retry(self) -> Retry {
        match self {
{%- for kind in model.kinds %}
            Self::{{ self::variant_name(kind.name) }} => Retry::{{ self::retry(kind.retry) }},
{%- endfor %}
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

