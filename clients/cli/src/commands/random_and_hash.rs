//! `parsec random` and `parsec hash`.

use base64ct::{Base64, Encoding as _};
use parsec_client::blocking::Client;
use parsec_client::{Opcode, ProviderId};
use serde_json::json;

use crate::args::{HashArguments, RandomArguments};
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};

pub(super) fn random(
    client: &Client,
    pinned: Option<ProviderId>,
    random: &RandomArguments,
    json: bool,
) -> Result<(), Failure> {
    let bytes = match pinned {
        Some(_) => client.random(random.count)?,
        None => source(client)?.random(random.count)?,
    };
    if json {
        return output::json(&json!({ "base64": Base64::encode_string(&bytes) }));
    }
    output::bytes(&bytes, random.format, &random.to, Readers::Owner)
}

/// Returns a client that uses the software provider, if the service has it: devices are slow and
/// needed by others.
fn source(client: &Client) -> Result<Client, Failure> {
    let providers = client.providers()?;
    let runs_software = providers
        .iter()
        .any(|provider| provider.id == u32::from(ProviderId::Software.number()));
    if runs_software
        && client
            .opcodes(ProviderId::Software)?
            .contains(&Opcode::PsaGenerateRandom)
    {
        return Ok(client.with_provider(ProviderId::Software));
    }
    Ok(client.clone())
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
