//! Values in the format of the contracts.

use parsec_tests_conformance::model::Saved;
use serde_json::{Map, Value};

/// Converts a value of `input` or `output` to this client's format: bytes become lists of numbers.
///
/// # Errors
///
/// If no step has saved a named value, or a value is malformed.
pub(crate) fn resolve(value: &Value, saved: &Saved) -> Result<Value, String> {
    let list = |bytes: &[u8]| bytes.iter().map(|byte| Value::from(*byte)).collect();
    Ok(match value {
        Value::Object(members) => match bytes_notation(members) {
            Some(("hex", text)) => match text.strip_prefix('$') {
                Some(name) => match saved.get(name) {
                    Some(bytes) => list(bytes),
                    None => return Err(format!("no step has saved ${name}")),
                },
                None => list(&hex::decode(text).map_err(|error| error.to_string())?),
            },
            Some((_, text)) => list(text.as_bytes()),
            None => Value::Object(resolve_all(members, saved)?),
        },
        Value::Array(items) => {
            let items = items.iter().map(|item| resolve(item, saved));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        other => other.clone(),
    })
}

fn bytes_notation(members: &Map<String, Value>) -> Option<(&str, &str)> {
    let (notation, text) = members.iter().next()?;
    let known = members.len() == 1 && matches!(notation.as_str(), "hex" | "text");
    known.then_some((notation, text.as_str()?))
}

/// Applies [`resolve`] to each member.
pub(crate) fn resolve_all(
    members: &Map<String, Value>,
    saved: &Saved,
) -> Result<Map<String, Value>, String> {
    let resolved = members
        .iter()
        .map(|(name, value)| Ok((name.clone(), resolve(value, saved)?)));
    resolved.collect()
}

/// Returns whether `whole` contains `part`: objects by their members, other values by equality.
pub(crate) fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(name, value)| whole.get(name).is_some_and(|found| is_part(value, found))),
        (Value::Array(part), Value::Array(whole)) => {
            part.len() == whole.len()
                && part
                    .iter()
                    .zip(whole)
                    .all(|(part, whole)| is_part(part, whole))
        }
        (part, whole) => part == whole,
    }
}

/// Returns the bytes of a member.
pub(crate) fn bytes(value: &Value) -> Option<Vec<u8>> {
    let items = value.as_array()?.iter();
    items
        .map(|item| u8::try_from(item.as_u64()?).ok())
        .collect()
}
