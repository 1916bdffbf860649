// {{ banner }}

//! Operations: {{ title }}.

#[allow(unused_imports)]
use parsec_client::{Secret, operations as contracts};

#[allow(unused_imports)]
use super::*;
use crate::async_and_blocking::async_and_blocking;
#[allow(unused_imports)]
use crate::convert::Convert as _;
use crate::raw::NativeRaw;
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
async_and_blocking! {
    impl NativeRaw {
{%- for operation in operations %}
{%- for line in operation.doc %}
        /// {{ line }}
{%- endfor %}
        fn {{ operation.method }} / {{ operation.method }}_blocking(
            &self as client,
{%- if !operation.core %}
            provider: ProviderId,
{%- endif %}
{%- if !operation.inputs.is_empty() %}
            input: {{ operation.record }}Request,
{%- endif %}
        ) -> {% if operation.outputs.is_empty() %}(){% else %}{{ operation.record }}Response{% endif %} {
            let input = contracts::{{ operation.name }} { {% for field in operation.inputs %}{{ field.name }}: input.{{ field.native }}.convert(), {% endfor %} };
{%- if operation.outputs.is_empty() %}
            wait!(client.raw().{{ operation.call }}({% if !operation.core %}provider.convert(), {% endif %}input))?;
            Ok(())
{%- else %}
            let output = wait!(client.raw().{{ operation.call }}({% if !operation.core %}provider.convert(), {% endif %}input))?;
            Ok({{ operation.record }}Response { {% for field in operation.outputs %}{{ field.native }}: output.{{ field.name }}.convert(), {% endfor %} })
{%- endif %}
        }
{% endfor %}
    }
}
