// {{ banner }}

//! The operations of a provider.

use parsec_contracts::operations::{
{%- for operation in operations %}
    {{ operation.name }},{% if operation.has_output() %} {{ operation.name }}Output,{% endif %}
{%- endfor %}
};
use parsec_contracts::Opcode;

#[allow(unused_imports)]
use crate::error::ProviderError;
#[allow(unused_imports)]
use crate::key::{CreatedKey, KeyContext};
#[allow(unused_imports)]
use crate::streaming::Streaming;

/// The operations of a provider. The default of each method returns "not supported".
///
/// Before a method is called, the rules of its contract have been checked: lengths and ranges, the
/// usage flags of the key, and that its policy permits the algorithm.
pub trait Operations {
{%- for operation in operations %}
{%- for line in operation.doc %}
    /// {{ line }}
{%- endfor %}
    ///
    /// # Errors
    ///
    /// The status of the response.
    #[allow(unused_variables)]
    fn {{ operation.method }}(
        &self,
{%- for key in operation.keys %}
        {{ key.argument }}: {% if key.optional %}Option<&KeyContext>{% else %}&KeyContext{% endif %},
{%- endfor %}
        input: &{{ operation.name }},
    ) -> Result<{{ operation.return_type() }}, ProviderError> {
        Err(ProviderError::not_served(Opcode::{{ operation.name }}))
    }
{% endfor %}
}
