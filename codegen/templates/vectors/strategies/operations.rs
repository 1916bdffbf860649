// {{ banner }}

//! Operations: {{ title }}.

use parsec_contracts::operations;
use proptest::collection::vec;
use proptest::prelude::*;

use super::super::types::*;
use super::super::{Visitor, bytes, secret, text};

/// Passes every operation of the area to the visitor.
pub(super) fn all(visitor: &mut impl Visitor) {
{%- for pair in operations %}
    visitor.operation({{ pair.input }}, {{ pair.output }});
{%- endfor %}
}
