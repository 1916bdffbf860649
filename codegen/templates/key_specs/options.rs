// {{ banner }}

//! The options of new keys.
{% if !replacements.is_empty() %}
use parsec_contracts::types::{Algorithm, KeyAttributes, {% for one in replacements %}{{ one.union }}, {% endfor %}};
{% endif %}
use crate::any_spec::AnySpec;
use crate::error::{Error, Result};
{% for choice in choices %}
{%- for line in choice.doc %}
/// {{ line }}
{%- endfor %}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum {{ choice.name }} {
{%- for value in choice.values %}
{%- for line in value.doc %}
    /// {{ line }}
{%- endfor %}
    {{ value.name }},
{%- endfor %}
}

impl {{ choice.name }} {
    /// All values.
    pub const ALL: [Self; {{ choice.values.len() }}] = [{% for value in choice.values %}Self::{{ value.name }}, {% endfor %}];

    /// Returns the name on the command line and in other languages.
    pub const fn name(self) -> &'static str {
        match self {
{%- for value in choice.values %}
            Self::{{ value.name }} => "{{ value.text }}",
{%- endfor %}
        }
    }

    /// Returns the value with this name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if there is no such value;
    /// the error lists the names.
    pub fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|known| known.name() == name);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name);
            Error::invalid(
                format!("there is no {{ choice.words }} called {}", parsec_contracts::quoted(name)),
                format!("use one of {}", names.join(", ")),
            )
        })
    }
}
{% endfor %}
impl AnySpec {
{%- for option in replacements %}
{%- for line in option.doc %}
    /// {{ line }}
{%- endfor %}
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the kind has no such
    /// option.
    pub fn {{ option.name }}(self, {{ option.name }}: {{ option.choice }}) -> Result<Self> {
        self.try_change("{{ option.text }}", |attributes| with_{{ option.name }}(attributes, {{ option.name }}))
    }
{% endfor %}
{%- for flag in flags %}
{%- for line in flag.doc %}
    /// {{ line }}
{%- endfor %}
    #[must_use]
    pub fn {{ flag.name }}(self) -> Self {
        self.change(|attributes| attributes.key_policy.key_usage_flags.{{ flag.usage }} = true)
    }
{% endfor -%}
}
{% for option in replacements %}
/// Returns the attributes with another {{ option.text }}, if the algorithm has one.
pub(crate) fn with_{{ option.name }}(
    mut attributes: KeyAttributes,
    {{ option.name }}: {{ option.choice }},
) -> Option<KeyAttributes> {
    let Algorithm::{{ option.outer }}(
        {% for (_, pattern) in option.variants %}{% if !loop.first %} | {% endif %}{{ pattern }}{% endfor %}
    ) = attributes.key_policy.key_algorithm
    else {
        return None;
    };
    let chosen = match {{ option.name }} {
{%- for (value, pattern) in option.variants %}
        {{ option.choice }}::{{ value }} => {{ pattern }},
{%- endfor %}
    };
    attributes.key_policy.key_algorithm = Algorithm::{{ option.outer }}(chosen);
    Some(attributes)
}
{% endfor %}
