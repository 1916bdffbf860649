// {{ banner }}

//! Specifications of new keys: a kind by name or all attributes, and options.

use parsec_client::AnySpec;

use super::{ {% if uses_hash %}Hash, {% endif %}KeyAttributes, {% if uses_provider %}ProviderId {% endif %} };
use crate::convert::Convert as _;
use crate::failure::Failure;
{% for choice in choices %}
{%- for line in choice.doc %}
/// {{ line }}
{%- endfor %}
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum {{ choice.name }} {
{%- for (doc, value) in choice.values %}
{%- for line in doc %}
    /// {{ line }}
{%- endfor %}
    {{ value }},
{%- endfor %}
}

impl From<{{ choice.name }}> for parsec_client::{{ choice.name }} {
    fn from(value: {{ choice.name }}) -> Self {
        match value {
{%- for (_, value) in choice.values %}
            {{ choice.name }}::{{ value }} => Self::{{ value }},
{%- endfor %}
        }
    }
}
{% endfor %}
/// The specification of a new key.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct NativeSpec {
    /// One of [`spec_names`](crate::spec_names).
    #[uniffi(default = None)]
    pub name: Option<String>,
    /// All attributes, instead of a name.
    #[uniffi(default = None)]
    pub attributes: Option<KeyAttributes>,
{%- for option in options %}
{%- for line in option.doc %}
    /// {{ line }}
{%- endfor %}
    #[uniffi(default = {{ option.default }})]
    pub {{ option.field }}: {{ option.type_name }},
{%- endfor %}
}

impl NativeSpec {
    pub(crate) fn read(self) -> Result<AnySpec, Failure> {
        let {% if !options.is_empty() %}mut {% endif %}spec = match (self.name, self.attributes) {
            (Some(name), None) => AnySpec::named(&name)?,
            (None, Some(attributes)) => AnySpec::from_attributes(attributes.convert()),
            _ => {
                let line = "a spec needs a name or attributes, and not both";
                return Err(Failure::invalid(line));
            }
        };
{%- for option in options %}
        {{ option.apply }}
{%- endfor %}
        Ok(spec)
    }
}
