// {{ banner }}

//! Strategies for the operations, by area.

{% for file in files %}
mod {{ file }};
{%- endfor %}

use super::Visitor;

/// Shows the visitor every operation.
pub(crate) fn all(visitor: &mut impl Visitor) {
{%- for file in files %}
    {{ file }}::all(visitor);
{%- endfor %}
}
