// {{ banner }}

//! {{ doc }}
{% for name in names %}
pub(crate) mod {{ name }};
{%- endfor %}
