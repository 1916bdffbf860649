// {{ banner }}

//! The methods of the handles.
{% for handle in handles %}
mod {{ handle.name.snake() }};
{%- endfor %}
