// {{ banner }}

//! {{ doc }}

{% for file in files %}
mod {{ file }};
{%- endfor %}
{% for file in files %}
pub use self::{{ file }}::*;
{%- endfor %}
