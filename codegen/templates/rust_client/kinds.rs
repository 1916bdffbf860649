// {{ banner }}

//! The named kinds of keys.

use parsec_contracts::types;

use crate::kind::Kind;
{% for kind in model.key_kinds %}
/// {{ self::one_line(kind.doc) }}
pub(crate) const {{ kind.name.shouty() }}: Kind = Kind {
    attributes: {{ self::value_code(model, &kind.attributes) }},
    fallbacks: &[{% for bits in kind.bits.iter().skip(1) %}{{ bits }}, {% endfor %}],
};
{% endfor %}
/// Names of kinds of keys.
pub(crate) mod by_name {
    /// All names with their descriptions, in display order.
    pub(crate) const KINDS: &[(&str, &str, super::Kind)] = &[
{%- for kind in model.key_kinds %}
        ("{{ kind.name.kebab() }}", {{ self::quoted(kind.doc) }}, super::{{ kind.name.shouty() }}),
{%- for bits in kind.named_sizes %}
        ("{{ kind.name.kebab() }}-{{ bits }}", "The same of {{ bits }} bits.", super::{{ kind.name.shouty() }}.of_bits({{ bits }})),
{%- endfor %}
{%- endfor %}
    ];
}
