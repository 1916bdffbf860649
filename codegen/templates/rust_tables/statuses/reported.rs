// {{ banner }}

//! Statuses that clients report like another one.

use super::Status;
use crate::generated::opcode::Opcode;

impl Status {
    /// The status whose kind and texts clients report for this status of an operation. Usually the
    /// status itself.
    pub fn reported_as(self, operation: Opcode) -> Self {
        match (operation, self) {
{%- for operation in model.operations %}
{%- for (status, other) in operation.reported_as %}
            (Opcode::{{ self::variant_name(operation.name) }}, Self::{{ self::variant_name(status) }}) => {
                Self::{{ self::variant_name(other) }}
            }
{%- endfor %}
{%- endfor %}
            (_, itself) => itself,
        }
    }
}
