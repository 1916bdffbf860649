// {{ banner }}

//! The numbers of the providers.

use std::fmt;

/// A provider's number in a frame's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ProviderId {
{%- for provider in model.providers %}
{%- for line in self::doc_lines(provider.description) %}
    /// {{ line }}
{%- endfor %}
    {{ self::variant_name(provider.name) }},
{%- endfor %}
}

impl ProviderId {
    /// Every provider, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
{%- for provider in model.providers %}
        Self::{{ self::variant_name(provider.name) }},
{%- endfor %}
    ];

    /// The provider with that number.
    pub fn from_number(number: u8) -> Option<Self> {
        match number {
{%- for provider in model.providers %}
            {{ provider.id }} => Some(Self::{{ self::variant_name(provider.name) }}),
{%- endfor %}
            _ => None,
        }
    }

    /// Its number.
    pub fn number(self) -> u8 {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => {{ provider.id }},
{%- endfor %}
        }
    }

    /// Its name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => "{{ provider.name.kebab() }}",
{%- endfor %}
        }
    }

    /// The provider of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|provider| provider.name() == name)
    }

    /// Its UUID, 36 characters.
    pub fn uuid(self) -> &'static str {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => "{{ provider.uuid }}",
{%- endfor %}
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => {{ self::quoted(provider.title) }},
{%- endfor %}
        }
    }

    /// Who stands behind the technology.
    pub fn vendor(self) -> &'static str {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => {{ self::quoted(provider.vendor) }},
{%- endfor %}
        }
    }

    /// What it is.
    pub fn description(self) -> &'static str {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => {{ self::quoted(provider.description) }},
{%- endfor %}
        }
    }

    /// The provider of the published protocol that it is one more of; itself if it is of none.
    pub fn family(self) -> Self {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => Self::{{ self::variant_name(provider.family) }},
{%- endfor %}
        }
    }

    /// Whether the published protocol lacks it: our numbers begin at 128.
    pub fn is_extension(self) -> bool {
        self.number() >= 128
    }

    /// The names that a configuration may give in `provider_type`.
    pub fn config_names(self) -> &'static [&'static str] {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => &[{% for name in provider.config %}{{ self::quoted(name) }},{% endfor %}],
{%- endfor %}
        }
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
