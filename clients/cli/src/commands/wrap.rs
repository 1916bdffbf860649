//! `parsec wrap` and `parsec unwrap`.

use parsec_client::blocking::{Client, Key};
use parsec_client::operations::UnwrapKey;
use parsec_client::types::{Algorithm, KeyWrap};

use super::{kinds, wrong_key};
use crate::args::{UnwrapArguments, WrapArguments};
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};

pub(super) fn wrap(client: &Client, arguments: &WrapArguments) -> Result<(), Failure> {
    let key = client.open(&arguments.wrapping_key)?;
    wrapping(&key)?;
    let data = key.into_wrapping_key()?.wrap(&arguments.name)?;
    output::bytes(&data, arguments.format, &arguments.to, Readers::Everyone)
}

pub(super) fn unwrap(client: &Client, arguments: &UnwrapArguments) -> Result<(), Failure> {
    let key = client.open(&arguments.wrapping_key)?;
    let given = input::read(&arguments.file)?;
    // `wrap` prints text unless raw bytes are requested.
    let text = std::str::from_utf8(&given).ok().map(str::trim);
    let data = match text.and_then(|text| hex::decode(text).ok()) {
        Some(data) => data,
        None => given.to_vec(),
    };
    let input = UnwrapKey {
        wrapping_key_name: key.name().to_owned(),
        alg: wrapping(&key)?,
        data,
        key_name: arguments.name.clone(),
        attributes: kinds::any_size(kinds::attributes(&arguments.kind, &arguments.new)?),
        lifetime: None,
    };
    client.raw().unwrap_key(key.provider(), input)?;
    kinds::print_key(client, &arguments.name)
}

fn wrapping(key: &Key) -> Result<KeyWrap, Failure> {
    match key.attributes().key_policy.key_algorithm {
        Algorithm::KeyWrap(alg) => Ok(alg),
        _ => Err(wrong_key(key, "wrap keys")),
    }
}
