// {{ banner }}

//! The numbers of the operations.

use std::fmt;

/// An operation's number in a frame's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Opcode {
{%- for operation in operations %}
    /// {{ operation.summary }}
    {{ operation.name.rust_type() }},
{%- endfor %}
}

/// Which kind of provider serves an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServedBy {
    /// The service itself.
    Core,
    /// A provider that holds keys.
    Crypto,
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallerKind {
    /// Everyone who reaches the socket.
    Anyone,
    /// An application that says who it is.
    Application,
    /// An application that the configuration names as administrator.
    Administrator,
}

/// What an operation has to do with data that comes in pieces.
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
    /// Every operation, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
{%- for operation in operations %}
        Self::{{ operation.name.rust_type() }},
{%- endfor %}
    ];

    /// The operation with that number.
    pub fn from_number(number: u32) -> Option<Self> {
        match number {
{%- for operation in operations %}
            {{ format!("{:#06x}", operation.opcode) }} => Some(Self::{{ operation.name.rust_type() }}),
{%- endfor %}
            _ => None,
        }
    }

    /// Its number.
    pub fn number(self) -> u32 {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }} => {{ format!("{:#06x}", operation.opcode) }},
{%- endfor %}
        }
    }

    /// Its name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }} => "{{ operation.name.snake() }}",
{%- endfor %}
        }
    }

    /// The operation of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|opcode| opcode.name() == name)
    }

    /// What it does, in one sentence.
    pub fn summary(self) -> &'static str {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }} => {{ self::quoted(operation.summary) }},
{%- endfor %}
        }
    }

    /// Which kind of provider serves it.
    pub fn served_by(self) -> ServedBy {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }} => ServedBy::{{ self::served_by(operation) }},
{%- endfor %}
        }
    }

    /// Who may call it.
    pub fn caller(self) -> CallerKind {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }} => CallerKind::{{ self::caller_of(operation) }},
{%- endfor %}
        }
    }

    /// Whether every client is told of it, or only those that set the extension flag.
    pub fn is_listed_to_all(self) -> bool {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }} => {{ self::listed_to_all(operation) }},
{%- endfor %}
        }
    }

    /// The functional area that it belongs to.
    pub fn area(self) -> &'static str {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }} => "{{ operation.area.kebab() }}",
{%- endfor %}
        }
    }

    /// Whether it makes a new key.
    pub fn makes_key(self) -> bool {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }} => {{ self::makes_key(operation) }},
{%- endfor %}
        }
    }

    /// Which usage it makes of existing keys: the flags of which their policies must have one.
    pub fn usage(self) -> &'static [&'static str] {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }} => &[{% for flag in self::usage(operation) %}"{{ flag }}",{% endfor %}],
{%- endfor %}
        }
    }

    /// Whether the service does the work, for every provider.
    pub fn is_handled_by_service(self) -> bool {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }} => {{ self::handled_by_service(operation) }},
{%- endfor %}
        }
    }

    /// What it has to do with data that comes in pieces.
    pub fn stream_part(self) -> Option<StreamPart> {
        match self {
{%- for operation in operations %}
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
{%- for operation in operations %}
{%- if !operation.ends_with.is_empty() %}
            Self::{{ operation.name.rust_type() }} => {
                matches!(end, {% for end in operation.ends_with %}{% if !loop.first %} | {% endif %}Self::{{ end.rust_type() }}{% endfor %})
            }
{%- endif %}
{%- endfor %}
            _ => false,
        }
    }

    /// Whether it makes or unmakes something that outlives the call, so that calling it twice is
    /// not the same as calling it once.
    pub fn changes_state(self) -> bool {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }} => {{ operation.changes_state() }},
{%- endfor %}
        }
    }
}

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
