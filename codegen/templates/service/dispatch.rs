// {{ banner }}

//! Dispatch of requests by opcode.

use parsec_contracts::operations::{
{%- for operation in core %}
    {{ operation.name }}, {{ operation.name }}Output,
{%- endfor %}
{%- for operation in crypto %}
{%- if operation.shape != Shape::Service %}
    {{ operation.name }},{% if operation.shape == Shape::Streams %} {{ operation.name }}Output,{% endif %}
{%- endif %}
{%- endfor %}
};
use parsec_contracts::{Opcode, Zeroizing};

use crate::dispatch::{Call, Caller, CoreCall, Refusal, Work, required};

/// The operations of the core provider.
pub(crate) trait CoreOperations {
{%- for operation in core %}
{%- for line in operation.doc %}
    /// {{ line }}
{%- endfor %}
    fn {{ operation.method }}(
        &self,
        caller: &Caller,
        input: &{{ operation.name }},
    ) -> Result<{{ operation.name }}Output, Refusal>;
{% endfor %}
}

/// Serves an operation of the core provider.
pub(crate) fn core(call: &CoreCall<'_>, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    match call.opcode {
{%- for operation in core %}
        Opcode::{{ operation.name }} => call.answer::<{{ operation.name }}>(body, |core, caller, input| core.{{ operation.method }}(caller, input)),
{%- endfor %}
        other => Err(Refusal::wrong_provider(other)),
    }
}

/// Serves an operation of a cryptographic provider.
pub(crate) fn crypto(call: &Call<'_>, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    match call.opcode {
{%- for operation in crypto %}
        Opcode::{{ operation.name }} => {% match operation.shape %}
{%- when Shape::Plain -%}
        call.plain::<{{ operation.name }}>(body, |provider, input| provider.{{ operation.method }}(input)),
{%- when Shape::Uses -%}
        call.use_keys::<{{ operation.name }}, {{ operation.keys.len() }}>(body, |provider, keys, input| provider.{{ operation.method }}({% for key in operation.keys %}{% if key.optional %}keys[{{ loop.index0 }}]{% else %}required(keys[{{ loop.index0 }}])?{% endif %}, {% endfor %}input)),
{%- when Shape::Creates -%}
        call.create_key::<{{ operation.name }}>(body, |provider, input| provider.{{ operation.method }}(input)),
{%- when Shape::CreatesFrom -%}
        call.create_key_from::<{{ operation.name }}, {{ operation.keys.len() }}>(body, |provider, keys, input| provider.{{ operation.method }}({% for key in operation.keys %}{% if key.optional %}keys[{{ loop.index0 }}]{% else %}required(keys[{{ loop.index0 }}])?{% endif %}, {% endfor %}input)),
{%- when Shape::Destroys -%}
        call.destroy_key::<{{ operation.name }}>(body, |provider, key, input| provider.{{ operation.method }}(key, input)),
{%- when Shape::Streams -%}
{%- if operation.keys.is_empty() -%}
        call.begin_stream::<{{ operation.name }}>(body, |provider, input| provider.{{ operation.method }}(input), |stream| {{ operation.name }}Output { stream }),
{%- else -%}
        call.begin_stream_with::<{{ operation.name }}, {{ operation.keys.len() }}>(body, |provider, keys, input| provider.{{ operation.method }}({% for key in operation.keys %}{% if key.optional %}keys[{{ loop.index0 }}]{% else %}required(keys[{{ loop.index0 }}])?{% endif %}, {% endfor %}input), |stream| {{ operation.name }}Output { stream }),
{%- endif -%}
{%- when Shape::Service -%}
        call.{{ operation.method }}(body),
{%- endmatch %}
{%- endfor %}
        other => Err(Refusal::wrong_provider(other)),
    }
}

/// Returns the cost of a request to a provider. Its response has at most `longest` bytes.
pub(crate) fn work(opcode: Opcode, body: &[u8], longest: usize) -> Work {
    match opcode {
{%- for operation in crypto %}
{%- if operation.has_cost %}
        Opcode::{{ operation.name }} => Work::of::<{{ operation.name }}>(body, longest),
{%- endif %}
{%- endfor %}
        _ => Work::ONE,
    }
}
