//! Specifications of new keys from the options, and messages about created keys.

use parsec_client::blocking::Client;
use parsec_client::{AnySpec, KeyAttributes, KeySpec as _, describe};

use crate::args::{NewKey, Padding, Uses};
use crate::failure::Failure;
use crate::output;

/// Returns the specification of a new key from all its options.
pub(crate) fn spec(kind: &AnySpec, new: &NewKey, uses: &Uses) -> Result<AnySpec, Failure> {
    Ok(with_options(kind, new)?.uses(uses.uses.iter().copied()))
}

/// Returns a kind of key with the options applied.
pub(super) fn with_options(kind: &AnySpec, new: &NewKey) -> Result<AnySpec, Failure> {
    let mut spec = kind.clone();
    if let Some(hash) = new.hash {
        spec = spec.hash(hash)?;
    }
    if new.padding == Padding::Pkcs1 {
        spec = spec.pkcs1()?;
    }
    if new.exportable {
        spec = spec.exportable();
    }
    if new.copyable {
        spec = spec.copyable();
    }
    Ok(spec)
}

/// Returns the preferred attributes of a kind of key with the options applied.
pub(super) fn attributes(kind: &AnySpec, new: &NewKey) -> Result<KeyAttributes, Failure> {
    let first = with_options(kind, new)?.choices().into_iter().next();
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
