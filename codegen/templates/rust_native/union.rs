{% for line in doc -%}
/// {{ line }}
{% endfor -%}
#[derive({{ derives }})]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub enum {{ name }} {
{%- for variant in variants %}
{%- for line in variant.doc %}
    /// {{ line }}
{%- endfor %}
    #[cfg_attr(feature = "serde", serde(rename = "{{ variant.text }}"))]
{%- if let Some(value) = variant.value %}
    {{ variant.name }}({{ value }}),
{%- else if variant.has_fields %}
    {{ variant.name }} {
{%- for field in variant.fields %}
{%- for line in field.doc %}
        /// {{ line }}
{%- endfor %}
{%- if let Some(serde) = field.serde %}
        #[cfg_attr(feature = "serde", serde({{ serde }}))]
{%- endif %}
        {{ field.name }}: {{ field.type_name }},
{%- endfor %}
    },
{%- else %}
    {{ variant.name }},
{%- endif %}
{%- endfor %}
}

impl FromWire<wire::{{ wire }}> for {{ name }} {
    fn from_wire(wire: wire::{{ wire }}) -> Result<Self, DecodeError> {
        use wire::{{ inner }}::Variant;
        Ok(match wire.variant.ok_or(DecodeError::Invalid { field: "{{ title }}" })? {
{%- for variant in variants %}
{%- if variant.value.is_some() %}
            Variant::{{ variant.wire }}(value) => Self::{{ variant.name }}(field("{{ title }}", value)?),
{%- else if variant.has_fields %}
            #[allow(unused_mut)]
            Variant::{{ variant.wire }}(mut value) => Self::{{ variant.name }} {
{%- for field in variant.fields %}
                {{ field.name }}: {% if field.optional %}std::mem::take(&mut value.{{ field.name }}).map(|value| field("{{ field.text }}", value)).transpose()?{% else %}field("{{ field.text }}", std::mem::take(&mut value.{{ field.name }}))?{% endif %},
{%- endfor %}
            },
{%- else %}
            Variant::{{ variant.wire }}(_) => Self::{{ variant.name }},
{%- endif %}
{%- endfor %}
        })
    }
}

impl crate::MayExtend for {{ name }} {
    fn extends(&self) -> bool {
        match self {
{%- for variant in variants %}
{%- if variant.extension %}
            Self::{{ variant.name }} { .. } => true,
{%- else if variant.value.is_some() %}
            Self::{{ variant.name }}(value) => value.extends(),
{%- else if variant.has_fields %}
            Self::{{ variant.name }} { {% for field in variant.fields %}{{ field.name }},{% endfor %} } => {% for field in variant.fields %}{% if !loop.first %} || {% endif %}{{ field.name }}.extends(){% endfor %},
{%- else %}
            Self::{{ variant.name }} => false,
{%- endif %}
{%- endfor %}
        }
    }
}

impl IntoWire<wire::{{ wire }}> for {{ name }} {
    fn into_wire(self) -> wire::{{ wire }} {
        use wire::{{ inner }} as inner;
        let variant = match self {
{%- for variant in variants %}
{%- if variant.value.is_some() %}
            Self::{{ variant.name }}(value) => inner::Variant::{{ variant.wire }}(value.into_wire()),
{%- else if variant.has_fields %}
            Self::{{ variant.name }} { {% for field in variant.fields %}{{ field.name }},{% endfor %} } => {
                inner::Variant::{{ variant.wire }}(inner::{{ variant.wire }} {
{%- for field in variant.fields %}
                    {{ field.name }}: {{ field.name }}{% if field.optional %}.map(IntoWire::into_wire){% else %}.into_wire(){% endif %},
{%- endfor %}
                })
            }
{%- else %}
            Self::{{ variant.name }} => inner::Variant::{{ variant.wire }}(inner::{{ variant.wire }} {}),
{%- endif %}
{%- endfor %}
        };
        wire::{{ wire }} { variant: Some(variant) }
    }
}
{%- if can_be_deprecated %}

impl {{ name }} {
    /// Returns whether it is deprecated for new keys.
    pub fn is_deprecated(&self) -> bool {
        match self {
{%- for variant in variants %}
            Self::{{ variant.deprecated.0 }} => {{ variant.deprecated.1 }},
{%- endfor %}
        }
    }
}
{%- endif %}
{%- if let Some((algorithm, wrapped)) = as_algorithm %}

impl crate::policy::AsAlgorithm for {{ name }} {
    fn as_algorithm(&self) -> {{ algorithm }} {
        {{ wrapped }}
    }
}
{%- endif %}
