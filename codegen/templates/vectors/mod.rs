// {{ banner }}

//! The contracts' examples as values, by operation.

{% for file in files %}
mod {{ file }};
{%- endfor %}

use super::Visitor;

/// Passes every example to the visitor.
pub(crate) fn all(visitor: &mut impl Visitor) {
{%- for file in files %}
    {{ file }}::all(visitor);
{%- endfor %}
}
