// {{ banner }}

//! Any value of any operation.

#![allow(dead_code)]

use parsec_contracts::{Secret, operations, types};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

/// Takes a strategy for the input and one for the output of each operation.
pub(crate) trait Visitor {
    fn operation<O>(&mut self, input: BoxedStrategy<O>, output: BoxedStrategy<O::Output>)
    where
        O: parsec_contracts::Operation + Clone + PartialEq + std::fmt::Debug,
        O::Output: Clone + PartialEq + std::fmt::Debug;
}

/// Shows the visitor every operation.
pub(crate) fn all(visitor: &mut impl Visitor) {
{%- for pair in operations %}
    visitor.operation({{ pair.input }}, {{ pair.output }});
{%- endfor %}
}

fn text() -> BoxedStrategy<String> {
    any::<String>().boxed()
}

fn bytes() -> BoxedStrategy<Vec<u8>> {
    vec(any::<u8>(), 0..80).boxed()
}

fn secret() -> BoxedStrategy<Secret> {
    bytes().prop_map(Secret::new).boxed()
}
{% for view in types %}
fn {{ view.function }}() -> BoxedStrategy<{{ view.name }}> {
    {{ view.code }}
}
{% endfor %}
