// {{ banner }}

//! The output of any operation.

use serde::Serialize;

use crate::operations;

/// The output of any operation.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum AnyOutput {
{%- for operation in model.operations %}
    /// `{{ operation.name.snake() }}`
    {{ operation.name.rust_type() }}(operations::{{ operation.name.rust_type() }}Output),
{%- endfor %}
}
