// {{ banner }}

//! Operations: {{ title }}.

{%- if has_secret %}
use crate::Secret;
{%- endif %}
use crate::convert::{self, FromWire, IntoWire, field};
use crate::generated::wire::{{ wire }} as wire;
#[allow(unused_imports)]
use crate::{
    Body, CreatesKey, DecodeError, Opcode, Operation, UsesKeys, Violation, Zeroizing, check, policy,
    types,
};
{% for operation in operations %}
{% for line in operation.doc -%}
/// {{ line }}
{% endfor -%}
#[derive({{ operation.derives }})]
pub struct {{ operation.name }} {
{%- for field in operation.inputs %}
{%- for line in field.doc %}
    /// {{ line }}
{%- endfor %}
    pub {{ field.name }}: {{ field.type_name }},
{%- endfor %}
}

/// What [`{{ operation.name }}`] answers.
#[derive({{ operation.output_derives }})]
pub struct {{ operation.name }}Output {
{%- for field in operation.outputs %}
{%- for line in field.doc %}
    /// {{ line }}
{%- endfor %}
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
{%- if let Some((text, field)) = key.algorithm %}
                policy::check_algorithm("{{ text }}", attributes, &policy::AsAlgorithm::as_algorithm(&self.{{ field }}))?;
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
}
{%- endif %}

impl Body for {{ operation.name }} {
    fn encode(self) -> Zeroizing<Vec<u8>> {
        convert::encode::<wire::{{ operation.operation_message }}, Self>(self)
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        convert::decode::<wire::{{ operation.operation_message }}, Self>(bytes)
    }
}

impl FromWire<wire::{{ operation.operation_message }}> for {{ operation.name }} {
    #[allow(unused_mut, unused_variables)]
    fn from_wire(mut wire: wire::{{ operation.operation_message }}) -> Result<Self, DecodeError> {
        Ok(Self {
{%- for field in operation.inputs %}
            {{ field.name }}: {% if field.optional %}std::mem::take(&mut wire.{{ field.name }}).map(|value| field("{{ field.text }}", value)).transpose()?{% else %}field("{{ field.text }}", std::mem::take(&mut wire.{{ field.name }}))?{% endif %},
{%- endfor %}
        })
    }
}

impl IntoWire<wire::{{ operation.operation_message }}> for {{ operation.name }} {
    fn into_wire(self) -> wire::{{ operation.operation_message }} {
        wire::{{ operation.operation_message }} {
{%- for field in operation.inputs %}
            {{ field.name }}: self.{{ field.name }}{% if field.optional %}.map(IntoWire::into_wire){% else %}.into_wire(){% endif %},
{%- endfor %}
        }
    }
}

impl Body for {{ operation.name }}Output {
    fn encode(self) -> Zeroizing<Vec<u8>> {
        convert::encode::<wire::{{ operation.result_message }}, Self>(self)
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        convert::decode::<wire::{{ operation.result_message }}, Self>(bytes)
    }
}

impl FromWire<wire::{{ operation.result_message }}> for {{ operation.name }}Output {
    #[allow(unused_mut, unused_variables)]
    fn from_wire(mut wire: wire::{{ operation.result_message }}) -> Result<Self, DecodeError> {
        Ok(Self {
{%- for field in operation.outputs %}
            {{ field.name }}: {% if field.optional %}std::mem::take(&mut wire.{{ field.name }}).map(|value| field("{{ field.text }}", value)).transpose()?{% else %}field("{{ field.text }}", std::mem::take(&mut wire.{{ field.name }}))?{% endif %},
{%- endfor %}
        })
    }
}

impl IntoWire<wire::{{ operation.result_message }}> for {{ operation.name }}Output {
    fn into_wire(self) -> wire::{{ operation.result_message }} {
        wire::{{ operation.result_message }} {
{%- for field in operation.outputs %}
            {{ field.name }}: self.{{ field.name }}{% if field.optional %}.map(IntoWire::into_wire){% else %}.into_wire(){% endif %},
{%- endfor %}
        }
    }
}
{% endfor %}
