//! `parsec random`.

use base64ct::{Base64, Encoding as _};
use parsec_client::blocking::Client;
use parsec_client::{Opcode, ProviderId};
use serde_json::json;

use crate::args::RandomArguments;
use crate::failure::Failure;
use crate::output::{self, Readers};
use crate::session::Session;

pub(super) fn run(session: &Session, random: &RandomArguments) -> Result<(), Failure> {
    let client = &session.client;
    let bytes = match session.selected {
        Some(_) => client.random(random.count)?,
        None => source(client)?.random(random.count)?,
    };
    if session.json {
        return output::json(&json!({ "base64": Base64::encode_string(&bytes) }));
    }
    output::bytes(&bytes, &random.form, Readers::Owner)
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
