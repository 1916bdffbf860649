{% for line in doc -%}
/// {{ line }}
{% endfor -%}
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum {{ name }} {
{%- for value in values %}
{%- for line in value.doc %}
    /// {{ line }}
{%- endfor %}
    #[cfg_attr(feature = "serde", serde(rename = "{{ value.text }}"))]
    {{ value.variant }},
{%- endfor %}
}

enumeration!({{ name }} = "{{ title }}" {
{%- for value in values %}
    {{ value.variant }} = {{ value.number }}, "{{ value.text }}", {{ value.extension }};
{%- endfor %}
});
{%- if has_lengths %}

impl {{ name }} {
    /// Returns the length of the output in bytes.
    pub fn length(self) -> usize {
        match self {
{%- for value in values %}
            Self::{{ value.variant }} => {{ value.length }},
{%- endfor %}
        }
    }
}
{%- endif %}
{%- if can_be_deprecated %}

impl {{ name }} {
    /// Returns whether it is deprecated for new keys.
    pub fn is_deprecated(self) -> bool {
        match self {
{%- for value in values %}
            Self::{{ value.variant }} => {{ value.deprecated }},
{%- endfor %}
        }
    }
}
{%- endif %}
{%- if has_deprecated_bits %}

impl {{ name }} {
    /// Returns the key sizes in bits that are deprecated for new keys.
    pub fn deprecated_bits(self) -> &'static [u32] {
        match self {
{%- for value in values %}
            Self::{{ value.variant }} => &{{ "{:?}"|format(value.deprecated_bits) }},
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
