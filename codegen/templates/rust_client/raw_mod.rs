// {{ banner }}

//! The {% if blocking %}blocking{% else %}async{% endif %} raw layer, by area.

{% for file in files %}
mod {{ file }};
{%- endfor %}
#[cfg(feature = "serde")]
mod call_any;
