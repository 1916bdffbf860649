// {{ banner }}

//! Types: {{ title }}.

#[allow(unused_imports)]
use parsec_client::{Secret, types as contracts};
{% if !imports.is_empty() %}
use super::{ {{ imports|join(", ") }} };
{%- endif %}
use crate::convert::Cross;
{% for found in types %}
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
    pub {{ field.name }}: {{ field.type_name }},
{%- endfor %}
}

impl Cross<{{ found.name }}> for contracts::{{ found.name }} {
    fn cross(self) -> {{ found.name }} {
        {{ found.name }} { {% for field in found.fields %}{{ field.name }}: self.{{ field.name }}.cross(), {% endfor %} }
    }
}

impl Cross<contracts::{{ found.name }}> for {{ found.name }} {
    fn cross(self) -> contracts::{{ found.name }} {
        contracts::{{ found.name }} { {% for field in found.fields %}{{ field.name }}: self.{{ field.name }}.cross(), {% endfor %} }
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
        {{ field.name }}: {{ field.type_name }},
{%- endfor %}
    },
{%- endif %}
{%- endfor %}
}

impl Cross<{{ found.name }}> for contracts::{{ found.name }} {
    fn cross(self) -> {{ found.name }} {
        use {{ found.name }} as Other;
        match self {
{%- for variant in found.variants %}
{%- if variant.value.is_some() %}
            Self::{{ variant.name }}(value) => Other::{{ variant.name }}(value.cross()),
{%- else if variant.fields.is_empty() %}
            Self::{{ variant.name }} => Other::{{ variant.name }},
{%- else %}
            Self::{{ variant.name }} { {% for field in variant.fields %}{{ field.name }},{% endfor %} } => Other::{{ variant.name }} { {% for field in variant.fields %}{{ field.name }}: {{ field.name }}.cross(),{% endfor %} },
{%- endif %}
{%- endfor %}
            // Built as one with the contracts.
            _ => unreachable!("a variant that this binding does not know"),
        }
    }
}

impl Cross<contracts::{{ found.name }}> for {{ found.name }} {
    fn cross(self) -> contracts::{{ found.name }} {
        use contracts::{{ found.name }} as Other;
        match self {
{%- for variant in found.variants %}
{%- if variant.value.is_some() %}
            Self::{{ variant.name }}(value) => Other::{{ variant.name }}(value.cross()),
{%- else if variant.fields.is_empty() %}
            Self::{{ variant.name }} => Other::{{ variant.name }},
{%- else %}
            Self::{{ variant.name }} { {% for field in variant.fields %}{{ field.name }},{% endfor %} } => Other::{{ variant.name }} { {% for field in variant.fields %}{{ field.name }}: {{ field.name }}.cross(),{% endfor %} },
{%- endif %}
{%- endfor %}
        }
    }
}
{% endif %}
{%- endfor %}
