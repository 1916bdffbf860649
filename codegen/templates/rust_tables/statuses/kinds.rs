// {{ banner }}

//! The kinds of errors that callers branch on.

use std::fmt;

/// When to try the same request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// It fails again.
    Never,
    /// It may succeed later.
    Later,
    /// After connecting again.
    Reconnect,
}

/// The kind of an error: callers branch on it.
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
    /// Every kind.
    pub const ALL: &'static [Self] = &[
{%- for kind in model.kinds %}
        Self::{{ self::variant_name(kind.name) }},
{%- endfor %}
    ];

    /// Its name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
{%- for kind in model.kinds %}
            Self::{{ self::variant_name(kind.name) }} => "{{ kind.name.kebab() }}",
{%- endfor %}
        }
    }

    /// When to try again, unless the status says otherwise.
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

