// {{ banner }}

//! The numbers of the providers.

use std::fmt;

/// The number of a provider in the header of a frame.
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
    /// All providers, in the order of their numbers.
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

    /// The number.
    pub fn number(self) -> u8 {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => {{ provider.id }},
{%- endfor %}
        }
    }

    /// The name in the contracts.
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

    /// The UUID: 36 characters.
    pub fn uuid(self) -> &'static str {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => "{{ provider.uuid }}",
{%- endfor %}
        }
    }

    /// The display name.
    pub fn title(self) -> &'static str {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => {{ self::quoted(provider.title) }},
{%- endfor %}
        }
    }

    /// The vendor of the technology.
    pub fn vendor(self) -> &'static str {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => {{ self::quoted(provider.vendor) }},
{%- endfor %}
        }
    }

    /// A description of the provider.
    pub fn description(self) -> &'static str {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => {{ self::quoted(provider.description) }},
{%- endfor %}
        }
    }

    /// The published provider of the same family; otherwise the provider itself.
    pub fn family(self) -> Self {
        match self {
{%- for provider in model.providers %}
            Self::{{ self::variant_name(provider.name) }} => Self::{{ self::variant_name(provider.family) }},
{%- endfor %}
        }
    }

    /// Whether the provider is an extension of the published protocol: its number is at least 128.
    pub fn is_extension(self) -> bool {
        self.number() >= 128
    }

    /// The values of `provider_type` in the configuration.
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
