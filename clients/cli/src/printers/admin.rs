//! Results of `parsec admin`.

use std::time::{SystemTime, UNIX_EPOCH};

use parsec_client::operations::{FindClients, ReadLimitsOutput};
use parsec_client::{AuthType, ClientId, ClientLimits, ClientUsage, MissingKey, ProviderId};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output;
use crate::session::Session;

/// Prints the clients of the service.
pub(crate) fn clients(clients: &[ClientUsage], json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&clients.iter().map(usage).collect());
    }
    let head = [
        "CLIENT",
        "AUTHENTICATOR",
        "KEYS",
        "CONNECTIONS",
        "REQUESTS",
        "REFUSED",
        "SEEN",
        "",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(clients.iter().map(|one| {
        let mut state = Vec::new();
        if one.is_disabled {
            state.push("disabled".to_owned());
        }
        if one.missing_keys > 0 {
            state.push(format!("{} keys missing", one.missing_keys));
        }
        vec![
            one.client.name.clone(),
            authenticator_name(one.client.authenticator),
            one.keys.to_string(),
            one.connections.to_string(),
            one.requests.to_string(),
            one.refused.to_string(),
            ago(one.last_seen),
            state.join(", "),
        ]
    }));
    output::table(&rows)
}

fn usage(one: &ClientUsage) -> Value {
    json!({
        "client": one.client.name,
        "authenticator": authenticator_name(one.client.authenticator),
        "disabled": one.is_disabled,
        "keys": one.keys,
        "missing_keys": one.missing_keys,
        "connections": one.connections,
        "requests_in_flight": one.requests_in_flight,
        "streams": one.streams,
        "stream_bytes": one.stream_bytes,
        "requests": one.requests,
        "refused": one.refused,
        "last_seen": one.last_seen,
    })
}

/// Prints the keys of all clients that are missing.
pub(crate) fn missing(keys: &[MissingKey], json: bool) -> Result<(), Failure> {
    if json {
        let all = keys.iter().map(|key| {
            json!({
                "client": key.client.name,
                "authenticator": authenticator_name(key.client.authenticator),
                "provider": provider_name(key.provider_id),
                "key": key.key_name,
                "since": key.since,
            })
        });
        return output::json(&all.collect());
    }
    let rows = keys.iter().map(|key| {
        vec![
            key.client.name.clone(),
            authenticator_name(key.client.authenticator),
            provider_name(key.provider_id),
            key.key_name.clone(),
            ago(key.since),
        ]
    });
    output::table(&rows.collect::<Vec<_>>())
}

fn provider_name(number: u32) -> String {
    u8::try_from(number)
        .ok()
        .and_then(ProviderId::from_number)
        .map_or_else(|| number.to_string(), |known| known.name().to_owned())
}

fn authenticator_name(number: u32) -> String {
    u8::try_from(number)
        .ok()
        .and_then(AuthType::from_number)
        .map_or_else(|| number.to_string(), |known| known.name().to_owned())
}

fn ago(seconds: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |since| since.as_secs());
    match now.saturating_sub(seconds) {
        _ if seconds == 0 => "never".to_owned(),
        ago @ 0..120 => format!("{ago} s ago"),
        ago @ 120..7200 => format!("{} min ago", ago / 60),
        ago @ 7200..172_800 => format!("{} h ago", ago / 3600),
        ago => format!("{} days ago", ago / 86_400),
    }
}

/// Returns the limits with their names; 0 on the wire means no limit.
fn named(limits: &ClientLimits) -> [(&'static str, Option<u64>); 8] {
    let some = |limit: u64| (limit > 0).then_some(limit);
    [
        ("connections", some(limits.connections)),
        ("requests_in_flight", some(limits.requests_in_flight)),
        ("requests_per_second", some(limits.requests_per_second)),
        ("keys", some(limits.keys)),
        ("request_bytes", some(limits.request_bytes)),
        ("streams", some(limits.streams)),
        ("stream_bytes", some(limits.stream_bytes)),
        ("buffered_bytes", some(limits.buffered_bytes)),
    ]
}

/// Prints the limits of a client and of all clients together.
pub(crate) fn limits(limits: &ReadLimitsOutput, json: bool) -> Result<(), Failure> {
    let (own, total) = (&limits.client, &limits.total);
    let object = |limits: &ClientLimits| -> Value {
        let entries = named(limits).into_iter();
        Value::Object(
            entries
                .map(|(name, limit)| (name.to_owned(), limit.into()))
                .collect(),
        )
    };
    if json {
        return output::json(&json!({ "client": object(own), "total": object(total) }));
    }
    let text = |limit: Option<u64>| limit.map_or_else(|| "-".to_owned(), |limit| limit.to_string());
    let mut rows = vec![
        ["LIMIT", "CLIENT", "ALL TOGETHER"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let pairs = named(own).into_iter().zip(named(total));
    rows.extend(
        pairs.map(|((name, own), (_, total))| vec![name.to_owned(), text(own), text(total)]),
    );
    output::table(&rows)
}

/// Confirms that a client is disabled or enabled, and warns of a name that may be wrong.
pub(crate) fn changed(session: &Session, client: &ClientId) -> Result<(), Failure> {
    let known = is_known(session, client);
    if session.json {
        return output::json(&json!({ "client": client.name, "known": known }));
    }
    if known == Some(false) {
        eprintln!(
            "parsec: warning: the service has not seen a client named {} with the authenticator \
             {}; check the name: `parsec admin clients`",
            output::printable(&client.name),
            authenticator_name(client.authenticator),
        );
    }
    Ok(())
}

/// Returns whether the client has keys or has sent requests; `None` if the service does not tell.
fn is_known(session: &Session, client: &ClientId) -> Option<bool> {
    let input = FindClients {
        name: client.name.clone(),
        cursor: Vec::new(),
        limit: 0,
    };
    let found = session.client.raw().find_clients(input);
    Some(found.ok()?.clients.iter().any(|one| {
        one.client == *client && (one.keys > 0 || one.requests > 0 || one.last_seen > 0)
    }))
}
