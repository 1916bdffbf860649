// {{ banner }}

//! Every operation, {% if blocking %}blocking{% else %}async{% endif %}.

use parsec_contracts::ProviderId;
use parsec_contracts::operations::{
{%- for operation in operations %}
    {{ operation.name }}, {{ operation.name }}Output,
{%- endfor %}
};

use crate::Result;
{% if blocking %}use crate::blocking::Raw;{% else %}use crate::Raw;{% endif %}

#[cfg(feature = "serde")]
impl Raw<'_> {
    /// Any operation, named at run time. What the service itself serves goes to it, whatever
    /// `provider` says.
    ///
    /// # Errors
    ///
    /// As the method of that operation.
    pub {% if !blocking %}async {% endif %}fn call_any(
        &self,
        provider: ProviderId,
        operation: parsec_contracts::AnyOperation,
    ) -> Result<parsec_contracts::AnyOutput> {
        use parsec_contracts::{AnyOperation as Input, AnyOutput as Output};
        Ok(match operation {
{%- for operation in operations %}
            Input::{{ operation.name }}(input) => Output::{{ operation.name }}(self.{{ operation.method }}({% if !operation.core %}provider, {% endif %}input){% if !blocking %}.await{% endif %}?),
{%- endfor %}
            other => return Err(crate::Error::unknown_operation(&other)),
        })
    }
}

impl Raw<'_> {
{%- for operation in operations %}
{%- for line in operation.doc %}
    /// {{ line }}
{%- endfor %}
    ///
    /// # Errors
    ///
    /// The status that the service answers, or that it could not be reached.
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
