// {{ banner }}

//! Types: {{ title }}.

use parsec_contracts::types;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::super::{bytes, secret, text};
use super::*;
{% for view in types %}
pub(in super::super) fn {{ view.function }}() -> BoxedStrategy<{{ view.name }}> {
    {{ view.code }}
}
{% endfor %}