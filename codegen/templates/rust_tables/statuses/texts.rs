// {{ banner }}

//! Descriptions of the statuses.

use super::Status;

impl Status {
    /// A sentence that describes the status.
    pub fn message(self) -> &'static str {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => {{ self::quoted(status.message) }},
{%- endfor %}
        }
    }

    /// A sentence with the recommended next step.
    pub fn advice(self) -> &'static str {
        match self {
{%- for status in model.statuses %}
            Self::{{ self::variant_name(status.name) }} => {{ self::quoted(status.next) }},
{%- endfor %}
        }
    }
}
