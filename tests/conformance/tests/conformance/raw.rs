//! Raw operations by name.

use parsec_client::{AnyOperation, AnyOutput, Opcode};
use parsec_tests_conformance::model::Saved;
use serde_json::{Map, Value};

use crate::case::Ended;
use crate::values::{bytes, is_part, resolve_all};

/// Returns the operation with its input.
pub(crate) fn operation(
    name: &str,
    input: &Map<String, Value>,
    saved: &Saved,
) -> Result<AnyOperation, Ended> {
    let opcode = Opcode::from_name(name).ok_or_else(|| format!("there is no operation {name}"))?;
    let input = Value::Object(resolve_all(input, saved)?);
    let operation = AnyOperation::deserialize(opcode, input);
    operation.map_err(|error| Ended::Otherwise(format!("{name}: {error}")))
}

/// Returns the requested member, after checking the expected output.
pub(crate) fn answer(
    output: &AnyOutput,
    expected: &Map<String, Value>,
    field: Option<&str>,
    saved: &Saved,
) -> Result<Vec<u8>, Ended> {
    let output = serde_json::to_value(output).map_err(|error| error.to_string())?;
    let expected = Value::Object(resolve_all(expected, saved)?);
    if !is_part(&expected, &output) {
        return Err(format!("{output}; expected {expected}").into());
    }
    let Some(field) = field else {
        return Ok(Vec::new());
    };
    let found = output.get(field).and_then(bytes);
    found.ok_or_else(|| format!("there are no bytes {field} in {output}").into())
}
