//! `parsec mac`.

use parsec_client::blocking::{Client, MacKey};
use parsec_client::{ErrorKind, Opcode};
use serde_json::json;

use super::wrong_key;
use crate::args::MacArguments;
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};
use crate::streaming::{or_in_pieces, through, whole};
use crate::value;

pub(super) fn mac(client: &Client, arguments: &MacArguments, json: bool) -> Result<(), Failure> {
    let key = client.open(&arguments.name)?;
    let key = key
        .clone()
        .into_mac_key()
        .map_err(|_| wrong_key(&key, "authenticate"))?;
    if let Some(expected) = &arguments.check {
        let expected = hex::decode(expected.trim())
            .map_err(|error| Failure::Usage(format!("--check is not hex: {error}")))?;
        let checked = verify(client, &key, &arguments.file, &expected);
        return checked_json(&arguments.name, checked, json)
            .inspect(|()| eprintln!("the authentication code matches"));
    }
    let code = compute(client, &key, &arguments.file)?;
    value::print_bytes(&code, &arguments.form, &[], Readers::Everyone, json)
}

/// Prints the verdict as JSON, if that is selected.
fn checked_json(key: &str, checked: Result<(), Failure>, json: bool) -> Result<(), Failure> {
    match checked {
        _ if !json => checked,
        Ok(()) => output::json(&json!({ "key": key, "valid": true })),
        Err(Failure::Client(error)) if error.kind() == ErrorKind::InvalidSignature => Err(
            output::json_with(&json!({ "key": key, "valid": false }), error.into()),
        ),
        other => other,
    }
}

fn compute(client: &Client, key: &MacKey, file: &str) -> Result<Vec<u8>, Failure> {
    let served = client.opcodes(key.provider())?;
    if !served.contains(&Opcode::PsaMacSignSetup) {
        let code = key.compute(&*whole(file, || key.compute_stream())?);
        return or_in_pieces(code, || key.compute_stream());
    }
    let mut code = Vec::new();
    through(key.compute_stream()?, &mut input::open(file)?, &mut code)?;
    Ok(code)
}

fn verify(client: &Client, key: &MacKey, file: &str, expected: &[u8]) -> Result<(), Failure> {
    let served = client.opcodes(key.provider())?;
    if !served.contains(&Opcode::PsaMacVerifySetup) {
        let message = whole(file, || key.verify_stream(expected))?;
        let verified = key.verify(&*message, expected);
        return or_in_pieces(verified, || key.verify_stream(expected));
    }
    let stream = key.verify_stream(expected)?;
    through(stream, &mut input::open(file)?, &mut std::io::sink())
}
