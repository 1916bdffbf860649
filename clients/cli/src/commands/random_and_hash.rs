//! `parsec random` and `parsec hash`.

use base64ct::{Base64, Encoding as _};
use parsec_client::blocking::Client;
use serde_json::json;

use crate::args::{HashArguments, RandomArguments};
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};

pub(super) fn random(client: &Client, random: &RandomArguments, json: bool) -> Result<(), Failure> {
    let bytes = client.random(random.count)?;
    if json {
        return output::json(&json!({ "base64": Base64::encode_string(&bytes) }));
    }
    output::bytes(&bytes, random.format, &random.to, Readers::Owner)
}

pub(super) fn hash(client: &Client, hash: &HashArguments, json: bool) -> Result<(), Failure> {
    let data = input::read(&hash.file)?;
    let digest = client.hash(hash.algorithm, &data)?;
    if json {
        return output::json(&json!({
            "algorithm": hash.algorithm.name(),
            "hex": hex::encode(&digest),
        }));
    }
    output::bytes(&digest, hash.format, &hash.to, Readers::Everyone)
}
