// {{ banner }}

//! The named kinds of keys.
{% for file in files %}
mod {{ file }};
{%- endfor %}
{% for file in files %}
pub(crate) use self::{{ file }}::*;
{%- endfor %}

use crate::kind::Kind;

/// Names of kinds of keys.
pub(crate) mod by_name {
    /// All names with their descriptions, in display order.
    pub(crate) const KINDS: &[(&str, &str, super::Kind)] = &[
{%- for kind in kinds %}
        ("{{ kind.name.kebab() }}", {{ self::quoted(kind.doc) }}, super::{{ kind.name.shouty() }}),
{%- for bits in kind.named_sizes %}
        ("{{ kind.name.kebab() }}-{{ bits }}", "The same with {{ bits }} bits.", super::{{ kind.name.shouty() }}.of_bits({{ bits }})),
{%- endfor %}
{%- endfor %}
    ];
}
