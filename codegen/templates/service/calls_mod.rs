// {{ banner }}

//! Calls every operation with the input of its first example.
{% for area in areas %}
mod {{ area }};
{%- endfor %}

use parsec_contracts::Opcode;

use crate::{KeyContext, Provider, ProviderError};

/// Calls the operation with `key` as each of its keys. `None` if no provider serves the
/// operation.
pub(super) fn call(
    provider: &dyn Provider,
    opcode: Opcode,
    key: &KeyContext,
) -> Option<Result<(), ProviderError>> {
    let areas = [
{%- for area in areas %}
        {{ area }}::call,
{%- endfor %}
    ];
    areas.iter().find_map(|call| call(provider, opcode, key))
}
