{% for line in doc -%}
/// {{ line }}
{% endfor -%}
#[derive({{ derives }})]
pub struct {{ name }} {
{%- for field in fields %}
{%- for line in field.doc %}
    /// {{ line }}
{%- endfor %}
    pub {{ field.name }}: {{ field.type_name }},
{%- endfor %}
}

impl FromWire<wire::{{ wire }}> for {{ name }} {
    #[allow(unused_mut, unused_variables)]
    fn from_wire(mut wire: wire::{{ wire }}) -> Result<Self, DecodeError> {
        Ok(Self {
{%- for field in fields %}
            {{ field.name }}: {% if field.optional %}std::mem::take(&mut wire.{{ field.name }}).map(|value| field("{{ field.text }}", value)).transpose()?{% else %}field("{{ field.text }}", std::mem::take(&mut wire.{{ field.name }}))?{% endif %},
{%- endfor %}
        })
    }
}

impl IntoWire<wire::{{ wire }}> for {{ name }} {
    fn into_wire(self) -> wire::{{ wire }} {
        wire::{{ wire }} {
{%- for field in fields %}
            {{ field.name }}: self.{{ field.name }}{% if field.optional %}.map(IntoWire::into_wire){% else %}.into_wire(){% endif %},
{%- endfor %}
        }
    }
}

impl crate::Body for {{ name }} {
    fn encode(self) -> crate::Zeroizing<Vec<u8>> {
        crate::convert::encode::<wire::{{ wire }}, Self>(self)
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        crate::convert::decode::<wire::{{ wire }}, Self>(bytes)
    }
}
