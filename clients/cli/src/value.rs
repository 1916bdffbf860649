//! Values of the generated subcommands: parsing of arguments and printing of results.

use std::io::Write as _;

use parsec_client::{PublicKey, Signature, Zeroizing};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::args::{BytesForm, To};
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};

/// Parses bytes: hex, `@FILE`, or `-` for standard input.
pub(crate) fn bytes(text: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if text == "-" {
        return input::read(text);
    }
    if let Some(file) = text.strip_prefix('@') {
        return input::read(file);
    }
    hex::decode(text).map(Zeroizing::new).map_err(|error| {
        Failure::Usage(format!(
            "the value is not hex ({error}); use hex, @FILE, or - for standard input"
        ))
    })
}

/// Parses bytes; empty if they are omitted.
pub(crate) fn optional_bytes(text: Option<&str>) -> Result<Zeroizing<Vec<u8>>, Failure> {
    text.map_or_else(|| Ok(Zeroizing::default()), bytes)
}

/// Parses several byte strings.
pub(crate) fn all_bytes(texts: &[String]) -> Result<Vec<Vec<u8>>, Failure> {
    texts
        .iter()
        .map(|text| bytes(text).map(|read| read.to_vec()))
        .collect()
}

/// Returns several texts.
pub(crate) fn texts(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// Parses a signature of a key, in DER.
pub(crate) fn signature(text: &str, key: &PublicKey) -> Result<Signature, Failure> {
    Ok(Signature::from_der(&bytes(text)?, key)?)
}

/// Parses several signatures of a key, in DER.
pub(crate) fn signatures(texts: &[String], key: &PublicKey) -> Result<Vec<Signature>, Failure> {
    texts.iter().map(|text| signature(text, key)).collect()
}

/// Parses a value of a contract's type, in JSON; a name needs no quotes.
pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text)
        .or_else(|error| serde_json::from_value(text.into()).map_err(|_| error))
        .map_err(|error| {
            Failure::Usage(format!(
                "the value is not JSON of the expected form: {error}"
            ))
        })
}

/// Prints bytes in the selected format; as JSON with the values that applied by default.
pub(crate) fn print_bytes(
    bytes: &[u8],
    form: &BytesForm,
    defaults: &[(&str, &str)],
    readers: Readers,
    json: bool,
) -> Result<(), Failure> {
    if !json {
        return output::bytes(bytes, form, readers);
    }
    let mut value = json!({ "hex": hex::encode(bytes) });
    for (name, default) in defaults {
        value[name] = (*default).into();
    }
    output::json_to(&value, &form.to, readers)
}

/// Prints PEM.
pub(crate) fn print_pem(pem: &str, to: &To, json: bool) -> Result<(), Failure> {
    match json {
        true => output::json_to(&json!({ "pem": pem }), to, Readers::Everyone),
        false => output::text(pem, to, Readers::Everyone),
    }
}

/// Prints the version of the wire protocol.
pub(crate) fn print_version((major, minor): (u32, u32), json: bool) -> Result<(), Failure> {
    match json {
        true => output::json(&json!({ "protocol": { "major": major, "minor": minor } })),
        false => output::lines(&[format!("wire protocol {major}.{minor}")]),
    }
}

/// Prints short bytes in hex.
pub(crate) fn print_line(bytes: &[u8], json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&json!({ "hex": hex::encode(bytes) }));
    }
    let line = Zeroizing::new(hex::encode(bytes) + "\n");
    output::text(&line, &To { output: None }, Readers::Everyone)
}

/// Prints several byte strings in hex, one per line.
pub(crate) fn print_all_bytes(
    all: impl Iterator<Item = impl AsRef<[u8]>>,
    json: bool,
) -> Result<(), Failure> {
    let lines: Vec<String> = all.map(hex::encode).collect();
    match json {
        true => output::json(&lines.into()),
        false => output::lines(&lines),
    }
}

/// Confirms a command without a result.
pub(crate) fn print_done(json: bool) -> Result<(), Failure> {
    match json {
        true => output::json(&json!({ "done": true })),
        false => Ok(()),
    }
}

/// Prints a yes or no; the exit code has the same information.
pub(crate) fn print_flag(holds: bool, json: bool) -> Result<(), Failure> {
    match json {
        true => output::json(&holds.into())?,
        false => output::lines(&[holds.to_string()])?,
    }
    // Printed before the error, so that both appear.
    std::io::stdout().flush().ok();
    match holds {
        true => Ok(()),
        false => Err(Failure::Reported(Box::new(Failure::Negative(
            "the result is negative".to_owned(),
        )))),
    }
}

/// Prints a value of a contract's type as JSON.
pub(crate) fn print(value: &impl Serialize) -> Result<(), Failure> {
    let value = serde_json::to_value(value)
        .map_err(|error| Failure::Usage(format!("the result cannot be printed: {error}")))?;
    output::json(&value)
}
