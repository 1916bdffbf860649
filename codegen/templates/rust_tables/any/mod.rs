// {{ banner }}

//! Any operation, chosen at run time.

mod output;

use serde::{Deserialize as _, Deserializer};

use crate::{Opcode, Operation as _, operations};

pub use self::output::AnyOutput;

/// The input of any operation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AnyOperation {
{%- for operation in model.operations %}
    /// `{{ operation.name.snake() }}`
    {{ operation.name.rust_type() }}(operations::{{ operation.name.rust_type() }}),
{%- endfor %}
}

impl AnyOperation {
    /// Reads the input of an operation.
    ///
    /// # Errors
    ///
    /// The error of the deserializer: a field is missing, is unknown or has the wrong type.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        opcode: Opcode,
        input: D,
    ) -> Result<Self, D::Error> {
        Ok(match opcode {
{%- for operation in model.operations %}
            Opcode::{{ operation.name.rust_type() }} => Self::{{ operation.name.rust_type() }}(operations::{{ operation.name.rust_type() }}::deserialize(input)?),
{%- endfor %}
        })
    }

    /// The operation.
    pub fn opcode(&self) -> Opcode {
        match self {
{%- for operation in model.operations %}
            Self::{{ operation.name.rust_type() }}(_) => operations::{{ operation.name.rust_type() }}::OPCODE,
{%- endfor %}
        }
    }
}
