//! `parsec mac`.

use parsec_client::Opcode;
use parsec_client::blocking::{Client, MacKey};
use serde_json::json;

use super::wrong_key;
use crate::args::MacArguments;
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};
use crate::streaming::{or_in_pieces, through};

pub(super) fn mac(client: &Client, arguments: &MacArguments, json: bool) -> Result<(), Failure> {
    let key = client.open(&arguments.name)?;
    let key = key
        .clone()
        .into_mac_key()
        .map_err(|_| wrong_key(&key, "authenticate"))?;
    if let Some(expected) = &arguments.check {
        let expected = hex::decode(expected.trim())
            .map_err(|error| Failure::Usage(format!("--check is not hex: {error}")))?;
        verify(client, &key, &arguments.file, &expected)?;
        eprintln!("the authentication code matches");
        return Ok(());
    }
    let code = compute(client, &key, &arguments.file)?;
    if json {
        return output::json(&json!({ "hex": hex::encode(&code) }));
    }
    output::bytes(&code, &arguments.form, Readers::Everyone)
}

fn compute(client: &Client, key: &MacKey, file: &str) -> Result<Vec<u8>, Failure> {
    let served = client.opcodes(key.provider())?;
    if !served.contains(&Opcode::PsaMacSignSetup) {
        let code = key.compute(&*input::read(file)?);
        return or_in_pieces(code, || key.compute_stream());
    }
    let mut code = Vec::new();
    through(key.compute_stream()?, &mut input::open(file)?, &mut code)?;
    Ok(code)
}

fn verify(client: &Client, key: &MacKey, file: &str, expected: &[u8]) -> Result<(), Failure> {
    let served = client.opcodes(key.provider())?;
    if !served.contains(&Opcode::PsaMacVerifySetup) {
        let verified = key.verify(&*input::read(file)?, expected);
        return or_in_pieces(verified, || key.verify_stream(expected));
    }
    let stream = key.verify_stream(expected)?;
    through(stream, &mut input::open(file)?, &mut std::io::sink())
}
