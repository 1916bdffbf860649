//! Looking for what is wrong.

use std::path::Path;
use std::process::{Command, Stdio};

use parsec_client::blocking::Client;
use parsec_client::{ErrorKind, ProviderId, has_more_rights};

use crate::failure::Failure;
use crate::output;

/// Random bytes that show that a provider's device answers.
const SAMPLE: usize = 16;

/// Goes the way of a request, and says at each step whether it can be gone.
pub(super) fn run(client: Result<Client, Failure>, config: Option<&Path>) -> Result<(), Failure> {
    let client = match client.and_then(|client| client.ping().map(|_| client).map_err(Into::into)) {
        Ok(client) => client,
        Err(failure) => {
            ask_the_service(config);
            return Err(failure);
        }
    };
    let endpoint = client.endpoint().map(ToString::to_string);
    let endpoint = endpoint.as_deref().unwrap_or("its usual place");
    output::lines(&[format!("ok: the service answers at {endpoint}")])?;
    let mut first = None;
    match client.keys() {
        Ok(keys) => output::lines(&[format!(
            "ok: the service knows the caller, who has {}",
            output::counted(keys.len() as u64, "key")
        )])?,
        Err(error) => {
            output::lines(&["failed: the service does not know who is calling".to_owned()])?;
            first = Some(Failure::from(error));
        }
    }
    for info in client.providers()? {
        let Some(provider) = id(info.id) else {
            continue;
        };
        match client.with_provider(provider).random(SAMPLE) {
            Ok(_) => output::lines(&[format!("ok: {provider} answers: {}", info.description)])?,
            Err(error) if error.kind() == ErrorKind::NotSupported => {}
            Err(error) => {
                output::lines(&[format!("failed: {provider}: {error}")])?;
                first = first.or(Some(Failure::from(error)));
            }
        }
    }
    first.map_or(Ok(()), Err)
}

/// A service that does not run says why, where it is installed: what is wrong with its
/// configuration or its devices.
fn ask_the_service(config: Option<&Path>) {
    if has_more_rights() {
        // The caller may have chosen PATH.
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
            "The service cannot be used from here. If it does not run, `parsec-service --check` as \
             its user says what is wrong with its configuration or its devices."
        ),
    }
}

fn id(number: u32) -> Option<ProviderId> {
    let found = u8::try_from(number)
        .ok()
        .and_then(ProviderId::from_number)?;
    (found != ProviderId::Core).then_some(found)
}
