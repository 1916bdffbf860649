// {{ banner }}

//! The type `{{ title }}`.
{% if !imports.is_empty() %}
use super::{ {{ imports|join(", ") }} };
{%- endif %}
#[allow(unused_imports)]
use crate::{DecodeError, MayExtend as _};
{%- if has_secret %}
use crate::Secret;
{%- endif %}
#[allow(unused_imports)]
use crate::convert::{FromWire, IntoWire, enumeration, field, flags, message};
{% if let Some(wire) = wire -%}
use crate::generated::wire::{{ wire }} as wire;
{% endif %}
{{ code }}
