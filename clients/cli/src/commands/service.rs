//! Commands that query the service: protocol, providers, authenticators and operations.

use parsec_client::blocking::Client;
use parsec_client::{AuthType, ProviderId, ProviderInfo};
use serde_json::json;

use super::provider;
use crate::failure::Failure;
use crate::output;

pub(super) fn ping(client: &Client, json: bool) -> Result<(), Failure> {
    let (major, minor) = client.ping()?;
    if json {
        return output::json(&json!({ "protocol": { "major": major, "minor": minor } }));
    }
    output::lines(&[format!("wire protocol {major}.{minor}")])
}

pub(super) fn providers(client: &Client, json: bool) -> Result<(), Failure> {
    let providers = client.providers()?;
    if json {
        let all = providers.iter().map(|info| {
            json!({
                "id": info.id,
                "name": name(info.id),
                "uuid": info.uuid,
                "description": info.description,
                "vendor": info.vendor,
                "version": version(info),
            })
        });
        return output::json(&all.collect());
    }
    let rows = providers.iter().map(|info| {
        vec![
            info.id.to_string(),
            name(info.id),
            version(info),
            info.description.clone(),
        ]
    });
    output::table(&rows.collect::<Vec<_>>())
}

pub(super) fn authenticators(client: &Client, json: bool) -> Result<(), Failure> {
    let authenticators = client.authenticators()?;
    let name = |id: u32| {
        u8::try_from(id)
            .ok()
            .and_then(AuthType::from_number)
            .map_or_else(|| "unknown".to_owned(), |known| known.name().to_owned())
    };
    if json {
        let all = authenticators.iter().map(
            |info| json!({ "id": info.id, "name": name(info.id), "description": info.description }),
        );
        return output::json(&all.collect());
    }
    let rows = authenticators
        .iter()
        .map(|info| vec![info.id.to_string(), name(info.id), info.description.clone()]);
    output::table(&rows.collect::<Vec<_>>())
}

pub(super) fn opcodes(client: &Client, only: Option<&str>, json: bool) -> Result<(), Failure> {
    let chosen = match only {
        Some(name) => vec![provider(name)?],
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
    if json {
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

fn name(id: u32) -> String {
    u8::try_from(id)
        .ok()
        .and_then(ProviderId::from_number)
        .map_or_else(|| "unknown".to_owned(), |known| known.name().to_owned())
}

fn version(info: &ProviderInfo) -> String {
    format!(
        "{}.{}.{}",
        info.version_maj, info.version_min, info.version_rev
    )
}
