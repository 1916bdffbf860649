// {{ banner }}

//! The classes of handles, for asyncio and blocking.
{% for flavour in flavours %}
pub(crate) mod {{ flavour }};
{%- endfor %}

use pyo3::prelude::*;

/// Adds the classes to the extension module.
pub(crate) fn add_classes(module: &Bound<'_, PyModule>) -> PyResult<()> {
{%- for flavour in flavours %}
{%- for handle in handles %}
    module.add_class::<{{ flavour }}::{{ handle.name.snake() }}::{{ handle.name.camel() }}>()?;
{%- endfor %}
{%- endfor %}
    Ok(())
}
