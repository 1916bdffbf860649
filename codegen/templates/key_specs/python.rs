// {{ banner }}

//! Specifications of new keys: a kind by name or all attributes, and options.

use parsec_client::{AnySpec{% for choice in choices %}, {{ choice }}{% endfor %}};
use pyo3::prelude::*;
{% if uses_provider %}
use crate::convert;
{%- endif %}
{%- if uses_hash %}
use crate::convert::HashName;
{%- endif %}
use crate::error::raise;

/// A `parsec.KeySpec`.
#[derive(FromPyObject)]
pub(crate) struct Spec<'py> {
    name: String,
    attributes: Option<Bound<'py, PyAny>>,
{%- for option in options %}
    {{ option.field }}: {{ option.type_name }},
{%- endfor %}
}

impl Spec<'_> {
    /// The spec of the client.
    pub(crate) fn resolve(self) -> PyResult<AnySpec> {
        let {% if !options.is_empty() %}mut {% endif %}spec = match &self.attributes {
            Some(attributes) => AnySpec::from_attributes(pythonize::depythonize(attributes)?),
            None => AnySpec::named(&self.name).map_err(raise)?,
        };
{%- for option in options %}
        {{ option.apply }}
{%- endfor %}
        Ok(spec)
    }
}
