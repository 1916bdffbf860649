//! `parsec doctor`: diagnosis of problems.

use std::path::Path;
use std::process::{Command, Stdio};

use parsec_client::blocking::Client;
use parsec_client::{ErrorKind, ProviderId, has_more_rights};

use crate::failure::Failure;
use crate::output;

/// Number of random bytes that check whether a provider's device responds.
const SAMPLE: usize = 16;

/// Checks each step of a request, and prints whether it works.
pub(super) fn run(client: Result<Client, Failure>, config: Option<&Path>) -> Result<(), Failure> {
    let client = match client.and_then(|client| client.ping().map(|_| client).map_err(Into::into)) {
        Ok(client) => client,
        Err(failure) => {
            ask_the_service(config);
            return Err(failure);
        }
    };
    let endpoint = client.endpoint().map(ToString::to_string);
    let endpoint = endpoint.as_deref().unwrap_or("its default endpoint");
    output::lines(&[format!("ok: the service responds at {endpoint}")])?;
    let mut first = None;
    match client.keys() {
        Ok(keys) => output::lines(&[format!(
            "ok: the caller is authenticated and has {}",
            output::counted(keys.len() as u64, "key")
        )])?,
        Err(error) => {
            output::lines(&["failed: the caller is not authenticated".to_owned()])?;
            first = Some(Failure::from(error));
        }
    }
    for info in client.providers()? {
        let Some(provider) = id(info.id) else {
            continue;
        };
        match client.with_provider(provider).random(SAMPLE) {
            Ok(_) => output::lines(&[format!("ok: {provider} responds: {}", info.description)])?,
            Err(error) if error.kind() == ErrorKind::NotSupported => {}
            Err(error) => {
                output::lines(&[format!("failed: {provider}: {error}")])?;
                first = first.or(Some(Failure::from(error)));
            }
        }
    }
    first.map_or(Ok(()), Err)
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
