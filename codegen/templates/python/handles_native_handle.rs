// {{ banner }}

//! {{ summary }}

{% for line in imports -%}
{{ line }}
{% endfor -%}
use super::{api, run};
{% if form == HandleForm::Client %}
{% include "python/handles_native_client.rs" %}
{%- else if role.is_none() && form == HandleForm::Key %}
{% include "python/handles_native_key.rs" %}
{%- else %}
/// {{ summary }}
#[pyclass(frozen, module = "parsec_client._native", name = "{{ native }}")]
{%- if form == HandleForm::Administrator %}
pub(crate) struct {{ class }}(api::Client);

#[pymethods]
impl {{ class }} {
    #[new]
    fn new(client: &Client) -> Self {
        Self(client.0.clone())
    }
{%- else if let Some(role) = role %}
pub(crate) struct {{ class }}(api::{{ class }});

#[pymethods]
impl {{ class }} {
    #[new]
    fn new(key: &Key) -> PyResult<Self> {
        guard(|| match key.any() {
            api::AnyKey::{{ role }}(key) => Ok(Self(key.clone())),
            _ => key.key().clone().{{ into }}().map(Self).map_err(raise),
        })
    }
{%- endif %}
{%- endif %}
{% for method in methods %}
    /// {{ method.doc }}
    fn {{ method.name }}<'py>(&self, py: Python<'py>, {% for parameter in method.parameters %}{{ parameter }}, {% endfor %}) -> Answer<'py> {
        guard(|| {
{%- for line in method.prepare %}
            {{ line }}
{%- endfor %}
            run(py, async move {
                {{ method.body }}
            })
        })
    }
{% endfor %}
}
