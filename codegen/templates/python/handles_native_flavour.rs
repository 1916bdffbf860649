// {{ banner }}

//! The classes {% if is_blocking %}for code that blocks: calls release the interpreter's lock and wait{% else %}for asyncio: calls return awaitables{% endif %}.
{% for handle in handles %}
pub(crate) mod {{ handle.name.snake() }};
{%- endfor %}
{% if is_blocking %}
pub(crate) use parsec_client::blocking as api;

pub(crate) use crate::blocking::run;
{% else %}
pub(crate) use parsec_client as api;

pub(crate) use crate::asyncio::awaitable as run;
{% endif %}
