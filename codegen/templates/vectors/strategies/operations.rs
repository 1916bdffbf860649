// {{ banner }}

//! Operations: {{ title }}.

use parsec_contracts::operations;
use proptest::collection::vec;
use proptest::prelude::*;

use super::super::types::*;
use super::super::{Visitor, bytes, secret, text};

/// Shows the visitor every operation of the area.
pub(super) fn all(visitor: &mut impl Visitor) {
{%- for pair in operations %}
    visitor.operation({{ pair.input }}, {{ pair.output }});
{%- endfor %}
}
