//! `parsec unwrap`.

use parsec_client::operations::UnwrapKey;
use parsec_client::types::Algorithm;

use super::{kinds, wrong_key};
use crate::args::UnwrapArguments;
use crate::failure::Failure;
use crate::input;
use crate::session::Session;

pub(super) fn run(session: &Session, arguments: &UnwrapArguments) -> Result<(), Failure> {
    let client = &session.client;
    let key = client.open(&arguments.wrapping_key)?;
    let Algorithm::KeyWrap(alg) = key.attributes().key_policy.key_algorithm else {
        return Err(wrong_key(&key, "wrap keys"));
    };
    let given = input::read(&arguments.file)?;
    // `wrap` prints text unless raw bytes are requested.
    let text = std::str::from_utf8(&given).ok().map(str::trim);
    let data = match text.and_then(|text| hex::decode(text).ok()) {
        Some(data) => data,
        None => given.to_vec(),
    };
    let input = UnwrapKey {
        wrapping_key_name: key.name().to_owned(),
        alg,
        data,
        key_name: arguments.name.clone(),
        attributes: kinds::any_size(kinds::attributes(&arguments.kind, &arguments.new)?),
        lifetime: None,
    };
    client.raw().unwrap_key(key.provider(), input)?;
    kinds::print_key(session, &arguments.name)
}
