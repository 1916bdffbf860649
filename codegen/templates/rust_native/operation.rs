// {{ banner }}

//! The operation `{{ title }}`.
{% if has_secret %}
use crate::Secret;
{%- endif %}
use crate::convert::message;
use crate::generated::wire::{{ wire }} as wire;
#[allow(unused_imports)]
use crate::{CreatesKey, Opcode, Operation, UsesKeys, Violation, check, policy, types};

{% for line in operation.doc -%}
/// {{ line }}
{% endfor -%}
#[derive({{ operation.derives }})]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct {{ operation.name }} {
{%- for field in operation.inputs %}
{%- for line in field.doc %}
    /// {{ line }}
{%- endfor %}
{%- if let Some(serde) = field.serde %}
    #[cfg_attr(feature = "serde", serde({{ serde }}))]
{%- endif %}
    pub {{ field.name }}: {{ field.type_name }},
{%- endfor %}
}

/// The output of [`{{ operation.name }}`].
#[derive({{ operation.output_derives }})]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct {{ operation.name }}Output {
{%- for field in operation.outputs %}
{%- for line in field.doc %}
    /// {{ line }}
{%- endfor %}
{%- if let Some(serde) = field.serde %}
    #[cfg_attr(feature = "serde", serde({{ serde }}))]
{%- endif %}
    pub {{ field.name }}: {{ field.type_name }},
{%- endfor %}
}

impl Operation for {{ operation.name }} {
    const OPCODE: Opcode = Opcode::{{ operation.name }};
    type Output = {{ operation.name }}Output;

    fn check(&self) -> Result<(), Violation> {
{%- for check in operation.checks %}
        {{ check }}
{%- endfor %}
        Ok(())
    }
{%- if let Some(number) = operation.response_length %}

    fn response_length(&self) -> u64 {
        {{ number }}
    }
{%- endif %}
{%- if let Some(batch) = operation.batch %}

    fn items(&self) -> u64 {
        self.{{ batch }}.len() as u64
    }
{%- endif %}
{%- if let Some(inputs) = operation.derivation_inputs %}

    fn iterations(&self) -> u64 {
        self.{{ inputs }}.cost
    }
{%- endif %}
{%- if let Some((_, attributes)) = operation.creates %}

    fn new_key(&self) -> Option<&types::KeyAttributes> {
        Some(&self.{{ attributes }})
    }
{%- endif %}
{%- if let Some(algorithm) = operation.algorithm %}

    fn algorithm(&self) -> Option<types::Algorithm> {
        Some(policy::AsAlgorithm::as_algorithm(&self.{{ algorithm }}))
    }
{%- endif %}
}
{%- if !operation.keys.is_empty() %}

impl UsesKeys<{{ operation.keys.len() }}> for {{ operation.name }} {
    fn key_names(&self) -> [Option<&str>; {{ operation.keys.len() }}] {
        [{% for key in operation.keys %}{{ key.name }},{% endfor %}]
    }

    #[allow(unused_variables)]
    fn check_policy(&self, index: usize, attributes: &types::KeyAttributes) -> Result<(), Violation> {
        match index {
{%- for key in operation.keys %}
            {{ loop.index0 }} => {
{%- if let Some((any, names)) = key.usage %}
                policy::check_usage(attributes, |usage| {{ any }}, "{{ names }}")?;
{%- endif %}
{%- if let Some((text, algorithm)) = key.algorithm %}
                policy::check_algorithm("{{ text }}", attributes, &{{ algorithm }})?;
{%- endif %}
                Ok(())
            }
{%- endfor %}
            _ => Ok(()),
        }
    }
}
{%- endif %}
{%- if let Some((name, attributes)) = operation.creates %}

impl CreatesKey for {{ operation.name }} {
    fn key_name(&self) -> &str {
        &self.{{ name }}
    }

    fn attributes(&self) -> &types::KeyAttributes {
        &self.{{ attributes }}
    }
{%- if let Some(lifetime) = operation.lifetime %}

    fn lifetime(&self) -> Option<&types::KeyLifetime> {
        {{ lifetime }}
    }
{%- endif %}
{%- if let Some(index) = operation.copy_of %}

    fn copy_of(&self) -> Option<usize> {
        Some({{ index }})
    }
{%- endif %}
}
{%- endif %}

message!({{ operation.name }} = wire::{{ operation.operation_message }} { {% for field in operation.inputs %}{{ field.name }}: {% if field.optional %}optional{% else %}mandatory{% endif %}, {% endfor %} });
message!({{ operation.name }}Output = wire::{{ operation.result_message }} { {% for field in operation.outputs %}{{ field.name }}: {% if field.optional %}optional{% else %}mandatory{% endif %}, {% endfor %} });
