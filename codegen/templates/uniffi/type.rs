// {{ banner }}

//! The type `{{ title }}`.

#[allow(unused_imports)]
use parsec_client::{Secret, types as contracts};
{% if !imports.is_empty() %}
use super::{ {{ imports|join(", ") }} };
{%- endif %}
use crate::convert::Convert;

{% for line in found.doc -%}
/// {{ line }}
{% endfor -%}
{%- if found.variants.is_empty() -%}
#[derive(Debug, Clone, uniffi::Record)]
pub struct {{ found.name }} {
{%- for field in found.fields %}
{%- for line in field.doc %}
    /// {{ line }}
{%- endfor %}
    pub {{ field.native }}: {{ field.type_name }},
{%- endfor %}
}

impl Convert<{{ found.name }}> for contracts::{{ found.name }} {
    fn convert(self) -> {{ found.name }} {
        {{ found.name }} { {% for field in found.fields %}{{ field.native }}: self.{{ field.name }}.convert(), {% endfor %} }
    }
}

impl Convert<contracts::{{ found.name }}> for {{ found.name }} {
    fn convert(self) -> contracts::{{ found.name }} {
        contracts::{{ found.name }} { {% for field in found.fields %}{{ field.name }}: self.{{ field.native }}.convert(), {% endfor %} }
    }
}
{% else -%}
#[derive(Debug, Clone,{% if found.flat %} Copy,{% endif %} uniffi::Enum)]
pub enum {{ found.name }} {
{%- for variant in found.variants %}
{%- for line in variant.doc %}
    /// {{ line }}
{%- endfor %}
{%- if let Some(value) = variant.value %}
    {{ variant.name }}({{ value }}),
{%- else if variant.fields.is_empty() %}
    {{ variant.name }},
{%- else %}
    {{ variant.name }} {
{%- for field in variant.fields %}
{%- for line in field.doc %}
        /// {{ line }}
{%- endfor %}
        {{ field.native }}: {{ field.type_name }},
{%- endfor %}
    },
{%- endif %}
{%- endfor %}
}

impl Convert<{{ found.name }}> for contracts::{{ found.name }} {
    fn convert(self) -> {{ found.name }} {
        use {{ found.name }} as Other;
        match self {
{%- for variant in found.variants %}
{%- if variant.value.is_some() %}
            Self::{{ variant.name }}(value) => Other::{{ variant.name }}(value.convert()),
{%- else if variant.fields.is_empty() %}
            Self::{{ variant.name }} => Other::{{ variant.name }},
{%- else %}
            Self::{{ variant.name }} { {% for field in variant.fields %}{{ field.name }},{% endfor %} } => Other::{{ variant.name }} { {% for field in variant.fields %}{{ field.native }}: {{ field.name }}.convert(),{% endfor %} },
{%- endif %}
{%- endfor %}
            // The binding and the contracts have the same version.
            _ => unreachable!("the binding lacks this variant"),
        }
    }
}

impl Convert<contracts::{{ found.name }}> for {{ found.name }} {
    fn convert(self) -> contracts::{{ found.name }} {
        use contracts::{{ found.name }} as Other;
        match self {
{%- for variant in found.variants %}
{%- if variant.value.is_some() %}
            Self::{{ variant.name }}(value) => Other::{{ variant.name }}(value.convert()),
{%- else if variant.fields.is_empty() %}
            Self::{{ variant.name }} => Other::{{ variant.name }},
{%- else %}
            Self::{{ variant.name }} { {% for field in variant.fields %}{{ field.native }},{% endfor %} } => Other::{{ variant.name }} { {% for field in variant.fields %}{{ field.name }}: {{ field.native }}.convert(),{% endfor %} },
{%- endif %}
{%- endfor %}
        }
    }
}
{% endif %}
