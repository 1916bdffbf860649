// {{ banner }}

//! Texts about the statuses.

use super::Status;

impl Status {
    /// A sentence that says what happened.
    pub fn message(self) -> &'static str {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => {{ self::quoted(status.message) }},
{%- endfor %}
        }
    }

    /// Advice on what to do next.
    pub fn advice(self) -> &'static str {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => {{ self::quoted(status.next) }},
{%- endfor %}
        }
    }
}
