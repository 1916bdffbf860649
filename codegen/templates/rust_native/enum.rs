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
    /// Bytes of its output.
    pub fn length(self) -> usize {
        match self {
{%- for value in values %}
            Self::{{ value.variant }} => {{ value.length }},
{%- endfor %}
        }
    }
}
{%- endif %}
