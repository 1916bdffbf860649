//! `parsec doctor`: diagnosis of problems.

use std::path::Path;
use std::process::{Command, Stdio};

use parsec_client::blocking::Client;
use parsec_client::{ErrorKind, ProviderId, has_more_rights};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output;

/// Number of random bytes that check whether a provider's device responds.
const SAMPLE: usize = 16;

/// The result of a check: whether it succeeded, and a description.
type Check = (bool, String);

/// Checks each step of a request, and prints whether it works.
pub(super) fn run(
    client: Result<Client, Failure>,
    selected: Option<ProviderId>,
    config: Option<&Path>,
    json: bool,
) -> Result<(), Failure> {
    let client = match client.and_then(|client| client.ping().map(|_| client).map_err(Into::into)) {
        Ok(client) => client,
        Err(failure) => {
            ask_the_service(config);
            return Err(failure);
        }
    };
    let mut checks = Vec::new();
    let checked = check(&client, selected, &mut |check: Check| {
        if !json {
            let (ok, text) = &check;
            let verdict = if *ok { "ok" } else { "failed" };
            output::lines(&[format!("{verdict}: {text}")])?;
        }
        checks.push(check);
        Ok(())
    })?;
    if !json {
        return checked.map_or(Ok(()), Err);
    }
    let checks: Vec<Value> = checks
        .iter()
        .map(|(ok, text)| json!({ "ok": ok, "text": text }))
        .collect();
    let value = json!({ "healthy": checked.is_none(), "checks": checks });
    match checked {
        None => output::json(&value),
        Some(failure) => Err(output::json_with(&value, failure)),
    }
}

/// Reports each check, and returns the first failure.
fn check(
    client: &Client,
    selected: Option<ProviderId>,
    report: &mut dyn FnMut(Check) -> Result<(), Failure>,
) -> Result<Option<Failure>, Failure> {
    let endpoint = client.endpoint().map(ToString::to_string);
    let endpoint = endpoint.as_deref().unwrap_or("its default endpoint");
    report((true, format!("the service responds at {endpoint}")))?;
    let mut first = None;
    match client.keys() {
        Ok(keys) => report((
            true,
            format!(
                "the caller is authenticated and has {}",
                output::counted(keys.len() as u64, "key")
            ),
        ))?,
        Err(error) => {
            report((false, "the caller is not authenticated".to_owned()))?;
            first = Some(Failure::from(error));
        }
    }
    for info in client.providers()? {
        let Some(provider) = id(info.id) else {
            continue;
        };
        if selected.is_some_and(|only| only != provider) {
            continue;
        }
        match client.with_provider(provider).random(SAMPLE) {
            Ok(_) => report((true, format!("{provider} responds: {}", info.description)))?,
            Err(error) if error.kind() == ErrorKind::NotSupported => {}
            Err(error) => {
                report((false, format!("{provider}: {error}")))?;
                first = first.or(Some(Failure::from(error)));
            }
        }
    }
    Ok(first)
}

/// Runs `parsec-service --check`, if installed, to find out what is wrong with the service's
/// configuration or devices.
fn ask_the_service(config: Option<&Path>) {
    if has_more_rights() {
        // The caller controls PATH.
        eprintln!("The service cannot be used from here.");
        return;
    }
    let mut check = Command::new("parsec-service");
    check.arg("--check").stdin(Stdio::null());
    if let Some(config) = config {
        check.arg("--config").arg(config);
    }
    match check.output() {
        Ok(output) => {
            eprintln!("The service cannot be used from here. `parsec-service --check` says:");
            for line in String::from_utf8_lossy(&output.stderr).lines() {
                eprintln!("  {line}");
            }
        }
        Err(_) => eprintln!(
            "The service cannot be used from here. If it is stopped, run `parsec-service --check` as \
            its user to check its configuration and devices."
        ),
    }
}

fn id(number: u32) -> Option<ProviderId> {
    let found = u8::try_from(number)
        .ok()
        .and_then(ProviderId::from_number)?;
    (found != ProviderId::Core).then_some(found)
}
