//! `parsec opcodes`: the operations of one provider, or of all.

use parsec_client::ProviderId;
use serde_json::json;

use super::provider;
use crate::failure::Failure;
use crate::output;
use crate::session::Session;

pub(super) fn opcodes(session: &Session, only: Option<&str>) -> Result<(), Failure> {
    let client = &session.client;
    let only = only.map(provider).transpose()?.or(session.selected);
    let chosen = match only {
        Some(provider) => vec![provider],
        None => client
            .providers()?
            .iter()
            .filter_map(|info| ProviderId::from_number(u8::try_from(info.id).ok()?))
            .collect(),
    };
    let mut found = Vec::new();
    for provider in chosen {
        for opcode in client.opcodes(provider)? {
            found.push((provider, opcode));
        }
    }
    if session.json {
        let all = found.iter().map(|(provider, opcode)| {
            json!({
                "provider": provider.name(),
                "opcode": opcode.number(),
                "name": opcode.name(),
                "summary": opcode.summary(),
            })
        });
        return output::json(&all.collect());
    }
    let rows = found.iter().map(|(provider, opcode)| {
        vec![
            provider.name().to_owned(),
            format!("{:#06x}", opcode.number()),
            opcode.name().to_owned(),
            opcode.summary().to_owned(),
        ]
    });
    output::table(&rows.collect::<Vec<_>>())
}
