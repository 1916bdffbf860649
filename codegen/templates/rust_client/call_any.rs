// {{ banner }}

//! Any operation, {% if blocking %}blocking{% else %}async{% endif %}.

use parsec_contracts::{AnyOperation, AnyOutput, ProviderId};

{% if blocking %}use crate::blocking::raw::Raw;{% else %}use crate::raw::Raw;{% endif %}
use crate::error::Result;

impl Raw<'_> {
    /// Calls any operation, named at run time. An operation of the service itself goes to the
    /// service; `provider` is ignored then.
    ///
    /// # Errors
    ///
    /// As the method of that operation.
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
