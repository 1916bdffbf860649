// {{ banner }}

//! The methods of the client, of keys and of administrators{% if blocking %}, blocking{% else %}, async{% endif %}.
{% for handle in handles %}
mod {{ handle.name.snake() }};
{%- endfor %}
