// {{ banner }}

//! Operations, {% if blocking %}blocking{% else %}async{% endif %}: {{ title }}.

#[allow(unused_imports)]
use parsec_contracts::ProviderId;
use parsec_contracts::operations::{
{%- for operation in operations %}
    {{ operation.name }}, {{ operation.name }}Output,
{%- endfor %}
};

{% if blocking %}use crate::blocking::raw::Raw;
{% endif -%}
use crate::error::Result;
{%- if !blocking %}
use crate::raw::Raw;{% endif %}

impl Raw<'_> {
{%- for operation in operations %}
{%- for line in operation.doc %}
    /// {{ line }}
{%- endfor %}
    ///
    /// # Errors
    ///
    /// The status of the response, or an error if the service cannot be reached.
    pub {% if !blocking %}async {% endif %}fn {{ operation.method }}(
        &self,
{%- if !operation.core %}
        provider: ProviderId,
{%- endif %}
        input: {{ operation.name }},
    ) -> Result<{{ operation.name }}Output> {
        self.{% if operation.core %}call_core(input){% else %}call(provider, input){% endif %}{% if !blocking %}.await{% endif %}
    }
{% endfor %}
}
