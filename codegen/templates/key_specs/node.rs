// {{ banner }}

//! Specifications of new keys: a kind by name or all attributes, and options.

use napi::Result;
use napi_derive::napi;
use parsec_client::{AnySpec{% for choice in choices %}, {{ choice }}{% endfor %}};

use crate::convert;
use crate::error::{failure, invalid};

/// The specification of a new key.
#[napi(object, object_to_js = false)]
#[derive(Debug, Default)]
pub struct Spec {
    /// One of [`AnySpec::names`].
    pub name: Option<String>,
    /// All attributes as JSON, instead of a name.
    pub attributes: Option<String>,
{%- for option in options %}
{%- for line in option.doc %}
    /// {{ line }}
{%- endfor %}
    pub {{ option.field }}: Option<{{ option.type_name }}>,
{%- endfor %}
}

impl Spec {
    pub(crate) fn read(&self) -> Result<AnySpec> {
        let {% if !options.is_empty() %}mut {% endif %}spec = match (&self.name, &self.attributes) {
            (Some(name), None) => AnySpec::named(name).map_err(failure)?,
            (None, Some(json)) => AnySpec::from_attributes(convert::attributes(json)?),
            _ => return Err(invalid("algorithm: give it or attributes, and not both")),
        };
{%- for option in options %}
        {{ option.apply }}
{%- endfor %}
        Ok(spec)
    }
}
