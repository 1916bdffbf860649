// {{ banner }}

//! Forwards every operation to another provider.

use parsec_contracts::operations::{
{%- for operation in operations %}
    {{ operation.name }},{% if operation.has_output() %} {{ operation.name }}Output,{% endif %}
{%- endfor %}
};

use super::operations::Operations;
use crate::error::ProviderError;
#[allow(unused_imports)]
use crate::key::{CreatedKey, KeyContext};
use crate::provider::Forwards;
#[allow(unused_imports)]
use crate::streaming::Streaming;

impl<T: Forwards> Operations for T {
{%- for operation in operations %}
    fn {{ operation.method }}(
        &self,
{%- for key in operation.keys %}
        {{ key.argument }}: {% if key.optional %}Option<&KeyContext>{% else %}&KeyContext{% endif %},
{%- endfor %}
        input: &{{ operation.name }},
    ) -> Result<{{ operation.return_type() }}, ProviderError> {
        self.target()?.{{ operation.method }}({% for key in operation.keys %}{{ key.argument }}, {% endfor %}input)
    }
{% endfor %}
}
