// {{ banner }}

//! Calls every operation with the input of its first example.

use parsec_contracts::{Opcode, Secret, operations, types};

use super::vectors::bytes;
use crate::{KeyContext, Provider, ProviderError};

/// Calls the operation with `key` as each of its keys. `None` if no provider serves the
/// operation.
pub(super) fn call(
    provider: &dyn Provider,
    opcode: Opcode,
    key: &KeyContext,
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
