// {{ banner }}

//! The numbers of the authenticators.

use std::fmt;

/// What a request's authentication field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AuthType {
{%- for authenticator in model.authenticators %}
{%- for line in self::doc_lines(authenticator.description) %}
    /// {{ line }}
{%- endfor %}
    {{ self::variant_name(authenticator.name) }},
{%- endfor %}
}

impl AuthType {
    /// Every authenticator, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
{%- for authenticator in model.authenticators %}
        Self::{{ self::variant_name(authenticator.name) }},
{%- endfor %}
    ];

    /// The authenticator with that number.
    pub fn from_number(number: u8) -> Option<Self> {
        match number {
{%- for authenticator in model.authenticators %}
            {{ authenticator.id }} => Some(Self::{{ self::variant_name(authenticator.name) }}),
{%- endfor %}
            _ => None,
        }
    }

    /// Its number.
    pub fn number(self) -> u8 {
        match self {
{%- for authenticator in model.authenticators %}
            Self::{{ self::variant_name(authenticator.name) }} => {{ authenticator.id }},
{%- endfor %}
        }
    }

    /// Its name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
{%- for authenticator in model.authenticators %}
            Self::{{ self::variant_name(authenticator.name) }} => "{{ authenticator.name.kebab() }}",
{%- endfor %}
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
{%- for authenticator in model.authenticators %}
            Self::{{ self::variant_name(authenticator.name) }} => {{ self::quoted(authenticator.title) }},
{%- endfor %}
        }
    }

    /// What it does.
    pub fn description(self) -> &'static str {
        match self {
{%- for authenticator in model.authenticators %}
            Self::{{ self::variant_name(authenticator.name) }} => {{ self::quoted(authenticator.description) }},
{%- endfor %}
        }
    }

    /// The names that a configuration may give in `auth_type`.
    pub fn config_names(self) -> &'static [&'static str] {
        match self {
{%- for authenticator in model.authenticators %}
            Self::{{ self::variant_name(authenticator.name) }} => &[{% for name in authenticator.config %}{{ self::quoted(name) }},{% endfor %}],
{%- endfor %}
        }
    }
}

impl fmt::Display for AuthType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
