//! Attributes of new keys from the options, and messages about created keys.

use parsec_client::blocking::Key;
use parsec_client::{AnySpec, KeyAttributes, KeySpec as _, describe};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::generated::NewKey;
use crate::output;
use crate::session::Session;

/// Returns the preferred attributes of a kind of key with the options applied.
pub(super) fn attributes(kind: &AnySpec, new: &NewKey) -> Result<KeyAttributes, Failure> {
    let first = new.apply(kind.clone())?.choices().into_iter().next();
    first.ok_or_else(|| Failure::Usage("there is no such key".to_owned()))
}

/// Returns the attributes without a size, which the service determines.
pub(super) fn any_size(attributes: KeyAttributes) -> KeyAttributes {
    KeyAttributes {
        key_bits: 0,
        ..attributes
    }
}

/// Prints the type and provider of the new key.
pub(crate) fn print_key(session: &Session, name: &str) -> Result<(), Failure> {
    let key = session.client.open(name)?;
    if session.json {
        return output::json(&as_json(&key));
    }
    eprintln!(
        "{}: {} in {}",
        output::printable(key.name()),
        describe(key.attributes()),
        key.provider()
    );
    Ok(())
}

/// Returns the properties of a key.
pub(super) fn as_json(key: &Key) -> Value {
    properties(key.name(), key.provider().name(), key.attributes())
}

/// Returns the properties that `parsec key` prints.
pub(super) fn properties(name: &str, provider: &str, attributes: &KeyAttributes) -> Value {
    let usage: Vec<&str> = attributes.key_policy.key_usage_flags.names().collect();
    json!({
        "name": name,
        "provider": provider,
        "type": describe(attributes),
        "bits": attributes.key_bits,
        "algorithm": attributes.key_policy.key_algorithm.to_string(),
        "usage": usage,
        "missing": false,
    })
}
