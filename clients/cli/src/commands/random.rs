//! `parsec random`.

use std::io::Write as _;

use parsec_client::blocking::Client;
use parsec_client::{Opcode, ProviderId};

use crate::args::RandomArguments;
use crate::encoder::{Encoder, Form};
use crate::failure::Failure;
use crate::session::Session;
use crate::sink::refuse_binary;

/// Bytes per request.
const PIECE: u64 = 64 * 1024;

pub(super) fn run(session: &Session, random: &RandomArguments) -> Result<(), Failure> {
    let client = match session.selected {
        Some(_) => session.client.clone(),
        None => source(&session.client)?,
    };
    let form = Form::of(random.form.format, session.json);
    if form == Form::Raw {
        refuse_binary(&random.form.to)?;
    }
    let mut out = Encoder::open(&random.form.to, form, false)?;
    let mut missing = random.count;
    while missing > 0 {
        let size = missing.min(PIECE);
        out.write_all(&client.random(size as usize)?)
            .map_err(|error| Failure::file("write to", "the output", &error))?;
        missing -= size;
    }
    out.close()
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
