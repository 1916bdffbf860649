// {{ banner }}

//! Any operation, named at run time.

use serde::{Deserialize as _, Deserializer, Serialize};

use crate::{Opcode, Operation as _, operations};

/// The input of any operation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AnyOperation {
{%- for operation in operations %}
    /// `{{ operation.name.snake() }}`
    {{ operation.name.rust_type() }}(operations::{{ operation.name.rust_type() }}),
{%- endfor %}
}

/// The output of any operation.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum AnyOutput {
{%- for operation in operations %}
    /// `{{ operation.name.snake() }}`
    {{ operation.name.rust_type() }}(operations::{{ operation.name.rust_type() }}Output),
{%- endfor %}
}

impl AnyOperation {
    /// Reads the input of an operation.
    ///
    /// # Errors
    ///
    /// What the format says, naming the field that is missing, unknown or of another type.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        opcode: Opcode,
        input: D,
    ) -> Result<Self, D::Error> {
        Ok(match opcode {
{%- for operation in operations %}
            Opcode::{{ operation.name.rust_type() }} => Self::{{ operation.name.rust_type() }}(operations::{{ operation.name.rust_type() }}::deserialize(input)?),
{%- endfor %}
        })
    }

    /// Which operation it is.
    pub fn opcode(&self) -> Opcode {
        match self {
{%- for operation in operations %}
            Self::{{ operation.name.rust_type() }}(_) => operations::{{ operation.name.rust_type() }}::OPCODE,
{%- endfor %}
        }
    }
}
