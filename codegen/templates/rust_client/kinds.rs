// {{ banner }}

//! {{ doc }}

use parsec_contracts::types;

use crate::kind::Kind;
{% for kind in kinds %}
/// {{ self::one_line(kind.doc) }}
pub(crate) const {{ kind.name.shouty() }}: Kind = Kind {
    attributes: {{ self::value_code(model, &kind.attributes) }},
    fallbacks: &[{% for bits in kind.bits.iter().skip(1) %}{{ bits }}, {% endfor %}],
};
{% endfor %}