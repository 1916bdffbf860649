// {{ banner }}

//! Operations: {{ title }}.{% if blocking %} Blocking.{% else %} Async.{% endif %}

use parsec_client::operations as contracts;

#[allow(unused_imports)]
use super::*;
#[allow(unused_imports)]
use crate::convert::Convert as _;
use crate::failure::Failure;
use crate::panics::caught{% if !blocking %}_async{% endif %};
use crate::raw::NativeRaw;

#[uniffi::export{% if !blocking %}(async_runtime = "tokio"){% endif %}]
impl NativeRaw {
{%- for operation in operations %}
{%- for line in operation.doc %}
    /// {{ line }}
{%- endfor %}
{%- if blocking %}
    ///
    /// Waits for the response on the caller's thread.
{%- endif %}
    #[uniffi::method(default(timeout_ms = None))]
    pub {% if !blocking %}async {% endif %}fn {{ operation.method }}{% if blocking %}_blocking{% endif %}(
        &self,
{%- if !operation.core %}
        provider: ProviderId,
{%- endif %}
{%- if !operation.inputs.is_empty() %}
        input: {{ operation.record }}Request,
{%- endif %}
        timeout_ms: Option<u32>,
    ) -> Result<{% if operation.outputs.is_empty() %}(){% else %}{{ operation.record }}Response{% endif %}, Failure> {
        let client = self.{% if blocking %}blocking{% else %}asynchronous{% endif %}(timeout_ms);
        {% if blocking %}caught(move || {% else %}caught_async(async move {% endif %}{
            let input = contracts::{{ operation.name }} { {% for field in operation.inputs %}{{ field.name }}: input.{{ field.native }}.convert(), {% endfor %} };
            {% if !operation.outputs.is_empty() %}let output = {% endif %}client.raw().{{ operation.call }}({% if !operation.core %}provider.convert(), {% endif %}input){% if !blocking %}.await{% endif %}?;
{%- if operation.outputs.is_empty() %}
            Ok(())
{%- else %}
            Ok({{ operation.record }}Response { {% for field in operation.outputs %}{{ field.native }}: output.{{ field.name }}.convert(), {% endfor %} })
{%- endif %}
        }){% if !blocking %}
        .await{% endif %}
    }
{% endfor %}
}
