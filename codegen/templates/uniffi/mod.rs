// {{ banner }}

//! Contract types, kinds and providers as uniffi has them, and every operation.

{% for file in files %}
mod {{ file }};
{%- endfor %}

pub use names::*;
{%- for file in files %}
{%- if file.starts_with("type_") || file.starts_with("raw_") %}
pub use {{ file }}::*;
{%- endif %}
{%- endfor %}
