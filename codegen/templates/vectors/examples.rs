// {{ banner }}

//! The contracts' examples as values.

use parsec_contracts::{Secret, operations, types};

use super::{Visitor, bytes};

/// Shows every example to the visitor.
pub(crate) fn all(visitor: &mut impl Visitor) {
{%- for case in cases %}
    visitor.example("{{ case.operation }}", {{ case.index }}, {{ case.input }}, {{ case.output }});
{%- endfor %}
}
