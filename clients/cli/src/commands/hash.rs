//! `parsec hash` and `parsec compare-hash`: hashes that the service calculates.

use parsec_client::blocking::Client;
use parsec_client::{ErrorKind, Hash};
use serde_json::json;

use crate::args::{CompareHashArguments, HashArguments};
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};
use crate::streaming::{through, whole};
use crate::value;

pub(super) fn hash(client: &Client, arguments: &HashArguments, json: bool) -> Result<(), Failure> {
    let algorithm = arguments.algorithm;
    let digest = compute(client, algorithm, &arguments.file)?;
    let defaults = [("algorithm", algorithm.name())];
    value::print_bytes(&digest, &arguments.form, &defaults, Readers::Everyone, json)
}

pub(super) fn compare(
    client: &Client,
    arguments: &CompareHashArguments,
    json: bool,
) -> Result<(), Failure> {
    if arguments.expected == "-" && arguments.data == "-" {
        return Err(Failure::Usage(
            "the hash and the data cannot both come from standard input".to_owned(),
        ));
    }
    let expected = value::bytes(&arguments.expected)?;
    let algorithm = arguments.algorithm;
    let digest = match arguments.data.strip_prefix('@') {
        Some(file) => compute(client, algorithm, file)?,
        None if arguments.data == "-" => compute(client, algorithm, "-")?,
        None => client.hash(algorithm, &*value::bytes(&arguments.data)?)?,
    };
    // A public value: the time of the comparison reveals nothing.
    if *digest == **expected {
        eprintln!("the hash matches");
        return match json {
            true => output::json(&json!({ "valid": true })),
            false => Ok(()),
        };
    }
    let failure = Failure::Negative("the data has another hash".to_owned());
    Err(match json {
        true => output::json_with(&json!({ "valid": false }), failure),
        false => failure,
    })
}

/// Calculates the hash of a file of any length, with a stream if a provider has streams.
fn compute(client: &Client, algorithm: Hash, file: &str) -> Result<Vec<u8>, Failure> {
    let stream = match client.hash_stream(algorithm) {
        Ok(stream) => stream,
        Err(error) if error.kind() == ErrorKind::NotSupported => {
            let data = whole(file, || client.hash_stream(algorithm))?;
            return Ok(client.hash(algorithm, &*data)?);
        }
        Err(error) => return Err(error.into()),
    };
    let mut digest = Vec::new();
    through(stream, &mut input::open(file)?, &mut digest)?;
    Ok(digest)
}
