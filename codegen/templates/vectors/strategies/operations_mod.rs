// {{ banner }}

//! Strategies for the operations, by area.

{% for file in files %}
mod {{ file }};
{%- endfor %}

use super::Visitor;

/// Passes every operation to the visitor.
pub(crate) fn all(visitor: &mut impl Visitor) {
{%- for file in files %}
    {{ file }}::all(visitor);
{%- endfor %}
}
