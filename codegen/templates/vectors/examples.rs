// {{ banner }}

//! The examples of `{{ title }}` as values.

use parsec_contracts::{ operations{% if uses_secret %}, Secret{% endif %}{% if uses_types %}, types{% endif %} };

use super::super::{Visitor{% if uses_bytes %}, bytes{% endif %}};

/// Passes every example to the visitor.
pub(super) fn all(visitor: &mut impl Visitor) {
{%- for case in cases %}
    visitor.example("{{ case.operation }}", {{ case.index }}, {{ case.input }}, {{ case.output }});
{%- endfor %}
}
