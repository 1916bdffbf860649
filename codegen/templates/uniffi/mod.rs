// {{ banner }}

//! Types of the contracts, error kinds, providers and operations for uniffi.

{% for file in files %}
mod {{ file }};
{%- endfor %}

pub use names::*;
pub use spec::*;
{%- for file in files %}
{%- if file.starts_with("type_") || file.starts_with("raw_") %}
pub use {{ file }}::*;
{%- endif %}
{%- endfor %}
