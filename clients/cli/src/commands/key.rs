//! `parsec key`: creation and listing of keys.

use parsec_client::blocking::Client;
use parsec_client::{ErrorKind, KeyAttributes, KeyInfo, MissingKey, ProviderId, describe};
use serde_json::Value;

use super::{kinds, material};
use crate::args::{CreateArguments, KeyCommand};
use crate::failure::Failure;
use crate::output;
use crate::session::Session;

pub(super) fn run(session: &Session, command: &KeyCommand) -> Result<(), Failure> {
    let (client, json) = (&session.client, session.json);
    match command {
        KeyCommand::Create(create) => self::create(session, create),
        KeyCommand::List => list(session),
        KeyCommand::Show { name, public } => show(client, name, *public, json),
        KeyCommand::Export(export) if export.private => {
            material::private(client, &export.name, &export.form, json)
        }
        KeyCommand::Export(export) => material::public(client, &export.name, &export.form, json),
        KeyCommand::Import(import) => material::import(session, import),
        KeyCommand::Method(method) => method.run(session),
    }
}

fn create(session: &Session, create: &CreateArguments) -> Result<(), Failure> {
    let client = &session.client;
    let spec = create.new.apply(create.kind.clone())?;
    let spec = create.placement.apply(spec);
    match create.if_missing {
        true => client.get_or_generate(&create.name, spec)?,
        false => client.generate(&create.name, spec)?,
    };
    kinds::print_key(session, &create.name)
}

fn list(session: &Session) -> Result<(), Failure> {
    let mut keys = session.client.keys()?;
    if let Some(selected) = session.selected {
        keys.retain(|key| key.provider_id == u32::from(selected.number()));
    }
    let missing = missing(&session.client)?;
    if session.json {
        let all = keys.iter().map(|key| info_json(key, &missing));
        return output::json(&all.collect());
    }
    let rows = keys.iter().map(|key| {
        let mut row = vec![
            key.name.clone(),
            describe(&key.attributes),
            key.attributes.key_policy.key_algorithm.to_string(),
            provider(key),
        ];
        if !missing.is_empty() {
            let state = if is_missing(key, &missing) {
                "missing"
            } else {
                ""
            };
            row.push(state.to_owned());
        }
        row
    });
    output::table(&rows.collect::<Vec<_>>())
}

/// Returns the keys that are missing from their device; none if the service does not record them.
fn missing(client: &Client) -> Result<Vec<MissingKey>, Failure> {
    match client.missing_keys() {
        Err(error) if matches!(error.kind(), ErrorKind::Protocol | ErrorKind::NotSupported) => {
            Ok(Vec::new())
        }
        missing => Ok(missing?),
    }
}

fn is_missing(key: &KeyInfo, missing: &[MissingKey]) -> bool {
    let is_it = |one: &MissingKey| one.provider_id == key.provider_id && one.key_name == key.name;
    missing.iter().any(is_it)
}

fn show(client: &Client, name: &str, public: bool, json: bool) -> Result<(), Failure> {
    let key = client.open(name)?;
    let info = KeyInfo {
        provider_id: key.provider().number().into(),
        name: key.name().to_owned(),
        attributes: *key.attributes(),
    };
    let pem = match key.public_key() {
        Some(key) if public => Some(key.to_pem()),
        None if public => return Err(material::no_public_key(name)),
        _ => None,
    };
    let missing = missing(client)?;
    if json {
        let mut value = info_json(&info, &missing);
        if let Some(pem) = pem {
            value["public_key"] = pem.into();
        }
        return output::json(&value);
    }
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let mut rows = vec![
        row("name", info.name.clone()),
        row("provider", provider(&info)),
        row("type", describe(&info.attributes)),
        row(
            "algorithm",
            info.attributes.key_policy.key_algorithm.to_string(),
        ),
        row("usage", usage(&info.attributes)),
    ];
    if is_missing(&info, &missing) {
        rows.push(row("state", "missing from its device".to_owned()));
    }
    output::table(&rows)?;
    pem.map_or(Ok(()), |pem| output::script(pem.as_bytes()))
}

fn info_json(key: &KeyInfo, missing: &[MissingKey]) -> Value {
    let mut value = kinds::properties(&key.name, &provider(key), &key.attributes);
    value["missing"] = is_missing(key, missing).into();
    value
}

fn provider(key: &KeyInfo) -> String {
    u8::try_from(key.provider_id)
        .ok()
        .and_then(ProviderId::from_number)
        .map_or_else(
            || key.provider_id.to_string(),
            |known| known.name().to_owned(),
        )
}

fn usage(attributes: &KeyAttributes) -> String {
    let flags = attributes.key_policy.key_usage_flags.names();
    flags.collect::<Vec<_>>().join(", ")
}
