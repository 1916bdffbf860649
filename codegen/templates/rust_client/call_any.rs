// {{ banner }}

//! Any operation, {% if blocking %}blocking{% else %}async{% endif %}.

use parsec_contracts::{AnyOperation, AnyOutput, ProviderId};

{% if blocking %}use crate::blocking::raw::Raw;{% else %}use crate::raw::Raw;{% endif %}
use crate::error::Result;

impl Raw<'_> {
    /// Calls any operation, chosen at run time. `provider` is ignored for operations of the core
    /// provider.
    ///
    /// # Errors
    ///
    /// The errors of the method for that operation.
    pub {% if !blocking %}async {% endif %}fn call_any(
        &self,
        provider: ProviderId,
        operation: AnyOperation,
    ) -> Result<AnyOutput> {
        use {AnyOperation as Input, AnyOutput as Output};
        Ok(match operation {
{%- for operation in operations %}
            Input::{{ operation.name }}(input) => Output::{{ operation.name }}(self.{{ operation.method }}({% if !operation.core %}provider, {% endif %}input){% if !blocking %}.await{% endif %}?),
{%- endfor %}
            other => return Err(crate::Error::unknown_operation(&other)),
        })
    }
}
