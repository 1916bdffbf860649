// {{ banner }}

//! Calls of the operations of the area "{{ title }}".

use parsec_contracts::{Opcode, {% if self.uses("Secret::") %}Secret, {% endif %}operations{% if self.uses("types::") %}, types{% endif %}};
{% if self.uses("bytes(") %}
use super::super::vectors::bytes;
{%- endif %}
use crate::{KeyContext, Provider, ProviderError};

pub(super) fn call(
    provider: &dyn Provider,
    opcode: Opcode,
    {% if self.use_keys() %}key{% else %}_key{% endif %}: &KeyContext,
) -> Option<Result<(), ProviderError>> {
    match opcode {
{%- for (operation, input) in operations %}
        Opcode::{{ operation.name }} => {
            let input = {{ input }};
            Some(provider.{{ operation.method }}({% for key in operation.keys %}{% if key.optional %}Some(key){% else %}key{% endif %}, {% endfor %}&input).map(drop))
        }
{%- endfor %}
        _ => None,
    }
}
