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
/// What a contract can state has been checked before a method is called: lengths and ranges, the
/// key's usage flags, and that its policy permits the algorithm.
pub trait Operations {
{%- for operation in operations %}
{%- for line in operation.doc %}
    /// {{ line }}
{%- endfor %}
    ///
    /// # Errors
    ///
    /// The status that answers the request.
    #[allow(unused_variables)]
    fn {{ operation.method }}(
        &self,
{%- for key in operation.keys %}
        {{ key.argument }}: {% if key.optional %}Option<&KeyContext>{% else %}&KeyContext{% endif %},
{%- endfor %}
        input: &{{ operation.name }},
    ) -> Result<{{ operation.gives() }}, ProviderError> {
        Err(ProviderError::not_served(Opcode::{{ operation.name }}))
    }
{% endfor %}
}
