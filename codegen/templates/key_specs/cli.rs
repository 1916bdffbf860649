// {{ banner }}

//! The options of new keys.

use clap::Args;
{%- if !choices.is_empty() %}
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
{%- endif %}
#[allow(unused_imports)]
use parsec_client::{AnySpec, Hash{% for class in used %}, {{ class }}{% endfor %}};

#[allow(unused_imports)]
use crate::args::parse::hash_function;
use crate::failure::Failure;

/// Options that change the attributes of a new key.
#[derive(Args)]
pub(crate) struct NewKey {
{%- for option in policy %}
    /// {{ option.help }}
    #[arg(long{{ option.attribute }})]
    pub(crate) {{ option.field }}: {{ option.type_name }},
{%- endfor %}
}

impl NewKey {
    /// Applies the options to a kind of key.
    #[allow(unused_mut)]
    pub(crate) fn apply(&self, mut spec: AnySpec) -> Result<AnySpec, Failure> {
{%- for option in policy %}
        {{ option.apply }}
{%- endfor %}
        Ok(spec)
    }
}

/// Options that choose the provider of a new key.
#[derive(Args)]
pub(crate) struct Placement {
{%- for option in placement %}
    /// {{ option.help }}
    #[arg(long{{ option.attribute }})]
    pub(crate) {{ option.field }}: {{ option.type_name }},
{%- endfor %}
}

impl Placement {
    /// Applies the options to a kind of key.
    #[allow(unused_mut)]
    pub(crate) fn apply(&self, mut spec: AnySpec) -> AnySpec {
{%- for option in placement %}
        {{ option.apply }}
{%- endfor %}
        spec
    }
}
{% for choice in choices %}
fn {{ choice.parser }}() -> impl TypedValueParser<Value = {{ choice.class }}> {
    let values = [
{%- for (value, help) in choice.values %}
        PossibleValue::new("{{ value }}").help("{{ help }}"),
{%- endfor %}
    ];
    PossibleValuesParser::new(values).try_map(|name| {{ choice.class }}::named(&name))
}
{% endfor %}
