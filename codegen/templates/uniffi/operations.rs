// {{ banner }}

//! Inputs and outputs of operations: {{ title }}.

#[allow(unused_imports)]
use parsec_client::Secret;

#[allow(unused_imports)]
use super::*;
{% for operation in operations %}
{%- if !operation.inputs.is_empty() %}
/// The input of `{{ operation.method }}`.
#[derive(Debug, Clone, uniffi::Record)]
pub struct {{ operation.record }}Request {
{%- for field in operation.inputs %}
{%- for line in field.doc %}
    /// {{ line }}
{%- endfor %}
    pub {{ field.native }}: {{ field.type_name }},
{%- endfor %}
}
{% endif %}
{%- if !operation.outputs.is_empty() %}
/// The output of `{{ operation.method }}`.
#[derive(Debug, Clone, uniffi::Record)]
pub struct {{ operation.record }}Response {
{%- for field in operation.outputs %}
{%- for line in field.doc %}
    /// {{ line }}
{%- endfor %}
    pub {{ field.native }}: {{ field.type_name }},
{%- endfor %}
}
{% endif %}
{%- endfor %}
