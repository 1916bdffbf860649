//! What new keys shall be, and what has come of it.

use parsec_client::blocking::Client;
use parsec_client::{AnySpec, KeyAttributes, KeySpec as _, describe};

use crate::args::{NewKey, Padding};
use crate::failure::Failure;
use crate::output;

/// A kind of key with what the options say of it.
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

/// The attributes of such a key, where they must be one: the best of those that would do.
pub(super) fn attributes(kind: &AnySpec, new: &NewKey) -> Result<KeyAttributes, Failure> {
    let first = with_options(kind, new)?.choices().into_iter().next();
    first.ok_or_else(|| Failure::Usage("there is no such key".to_owned()))
}

/// The same, of whatever size it turns out to be.
pub(super) fn any_size(attributes: KeyAttributes) -> KeyAttributes {
    KeyAttributes {
        key_bits: 0,
        ..attributes
    }
}

/// Says what has come into being.
pub(crate) fn tell(client: &Client, name: &str) -> Result<(), Failure> {
    let key = client.open(name)?;
    eprintln!(
        "{}: {} in {}",
        output::printable(key.name()),
        describe(key.attributes()),
        key.provider()
    );
    Ok(())
}
