//! Attributes of new keys from the options, and messages about created keys.

use parsec_client::blocking::Client;
use parsec_client::{AnySpec, KeyAttributes, KeySpec as _, describe};

use crate::failure::Failure;
use crate::generated::NewKey;
use crate::output;

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
pub(crate) fn print_key(client: &Client, name: &str) -> Result<(), Failure> {
    let key = client.open(name)?;
    eprintln!(
        "{}: {} in {}",
        output::printable(key.name()),
        describe(key.attributes()),
        key.provider()
    );
    Ok(())
}
