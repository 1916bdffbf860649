// {{ banner }}

//! Statuses of responses and the kinds of errors that callers branch on.

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

/// What a caller branches on when something fails.
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

/// What a response says of its request.
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
    /// Every status, in the order of their numbers.
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

    /// Its number on the wire.
    pub fn number(self) -> u16 {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => {{ status.number }},
{%- endfor %}
        }
    }

    /// Its name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => "{{ status.name.kebab() }}",
{%- endfor %}
        }
    }

    /// What a caller branches on.
    pub fn kind(self) -> ErrorKind {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => ErrorKind::{{ self::kind_of(status) }},
{%- endfor %}
        }
    }

    /// When to try again.
    pub fn retry(self) -> Retry {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => Retry::{{ self::retry(status.retry) }},
{%- endfor %}
        }
    }

    /// What happened, in one sentence.
    pub fn message(self) -> &'static str {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => {{ self::quoted(status.message) }},
{%- endfor %}
        }
    }

    /// What to do next.
    pub fn advice(self) -> &'static str {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => {{ self::quoted(status.next) }},
{%- endfor %}
        }
    }

    /// Whether only clients that set the extension flag may be told it.
    pub fn is_extension(self) -> bool {
        self != self.fallback()
    }

    /// What clients without the extension flag are told instead; a published status is its own.
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
