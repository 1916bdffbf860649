// {{ banner }}

//! Strategies for the types that operations share, by module.

{% for file in files %}
mod {{ file }};
{%- endfor %}
{% for file in files %}
pub(super) use self::{{ file }}::*;
{%- endfor %}
