// {{ banner }}

//! The methods of the handles.

#![allow(
    clippy::too_many_arguments,
    reason = "a method of the addon has a parameter for each argument of the handle's method"
)]
{% for handle in handles %}
mod {{ handle.name.snake() }};
{%- endfor %}
