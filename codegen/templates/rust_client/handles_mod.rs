// {{ banner }}

//! The handles{% if blocking %}, blocking{% else %}, async{% endif %}.
{% for handle in model.handles %}
mod {{ handle.name.snake() }};
{%- endfor %}
mod any_key;

pub use any_key::AnyKey;
{%- for handle in model.handles %}
{%- if handle.name.as_written() == "client" %}
pub use client::{Client, ClientBuilder};
{%- else %}
pub use {{ handle.name.snake() }}::{{ handle.name.camel() }};
{%- endif %}
{%- endfor %}
