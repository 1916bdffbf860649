// {{ banner }}

//! The numbers of the authenticators.

use std::fmt;

/// The content of the authentication field of a request.
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
    /// All authenticators, in the order of their numbers.
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

    /// The number.
    pub fn number(self) -> u8 {
        match self {
{%- for authenticator in model.authenticators %}
            Self::{{ self::variant_name(authenticator.name) }} => {{ authenticator.id }},
{%- endfor %}
        }
    }

    /// The name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
{%- for authenticator in model.authenticators %}
            Self::{{ self::variant_name(authenticator.name) }} => "{{ authenticator.name.kebab() }}",
{%- endfor %}
        }
    }

    /// The display name.
    pub fn title(self) -> &'static str {
        match self {
{%- for authenticator in model.authenticators %}
            Self::{{ self::variant_name(authenticator.name) }} => {{ self::quoted(authenticator.title) }},
{%- endfor %}
        }
    }

    /// A description of the authenticator.
    pub fn description(self) -> &'static str {
        match self {
{%- for authenticator in model.authenticators %}
            Self::{{ self::variant_name(authenticator.name) }} => {{ self::quoted(authenticator.description) }},
{%- endfor %}
        }
    }

    /// The values of `auth_type` in the configuration.
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
