//! The commands, one file per group.

mod derive;
mod doctor;
mod encryption;
mod hash;
mod key;
pub(crate) mod kinds;
mod mac;
mod material;
mod metrics;
mod random;
mod service;
mod signature;
mod status;
mod unwrap;

use clap::CommandFactory as _;
use parsec_client::blocking::{Client, Key};
use parsec_client::quoted;
use parsec_client::{Endpoint, ProviderId};

use crate::args::{Arguments, Command, ConnectionOptions};
use crate::failure::Failure;
use crate::output;
use crate::session::Session;

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Command::Completions { shell } = &arguments.command {
        let mut script = Vec::new();
        clap_complete::generate(*shell, &mut Arguments::command(), "parsec", &mut script);
        return output::script(&script);
    }
    if let Command::Doctor { config } = &arguments.command {
        let selected = selected_provider(&arguments.connection)?;
        let client = connect(&arguments.connection);
        return doctor::run(client, selected, config.as_deref(), arguments.json);
    }
    if let Command::Status(status) = &arguments.command {
        let selected = selected_provider(&arguments.connection)?;
        let connect = || connect(&arguments.connection);
        return status::run(connect, selected, status, arguments.json);
    }
    let session = Session {
        client: connect(&arguments.connection)?,
        selected: selected_provider(&arguments.connection)?,
        json: arguments.json,
    };
    let (client, json) = (&session.client, session.json);
    match &arguments.command {
        Command::Opcodes { only } => service::opcodes(&session, only.as_deref()),
        Command::Key(command) => key::run(&session, command),
        Command::Admin(method) => method.run(&session),
        Command::Public(public) => material::public(client, &public.name, &public.form, json),
        Command::Sign(sign) => signature::sign(client, sign, json),
        Command::Verify(verify) => signature::verify(client, verify, json),
        Command::Encrypt(encrypt) => encryption::encrypt(client, encrypt, json),
        Command::Decrypt(decrypt) => encryption::decrypt(client, decrypt, json),
        Command::Mac(mac) => mac::mac(client, mac, json),
        Command::Derive(derive) => derive::derive(&session, derive),
        Command::Agree(agree) => derive::agree(&session, agree),
        Command::Unwrap(unwrap) => unwrap::run(&session, unwrap),
        Command::Random(random) => random::run(&session, random),
        Command::Hash(hash) => hash::hash(client, hash, json),
        Command::CompareHash(compare) => hash::compare(client, compare, json),
        Command::Method(method) => method.run(&session),
        Command::Completions { .. } | Command::Doctor { .. } | Command::Status(_) => Ok(()),
    }
}

fn connect(connection: &ConnectionOptions) -> Result<Client, Failure> {
    let mut builder = Client::builder();
    // An empty variable counts as unset.
    fn non_empty(value: &Option<String>) -> Option<&str> {
        value.as_deref().filter(|text| !text.is_empty())
    }
    if let Some(url) = non_empty(&connection.endpoint) {
        builder = builder.endpoint(Endpoint::parse(url)?);
    }
    if let Some(name) = non_empty(&connection.application) {
        builder = builder.application(name);
    }
    if let Some(name) = &connection.provider {
        builder = builder.provider(provider(name)?);
    }
    if let Some(timeout) = connection.timeout {
        builder = builder.timeout(timeout);
    }
    Ok(builder.connect()?)
}

/// Returns the selected provider, if any.
fn selected_provider(connection: &ConnectionOptions) -> Result<Option<ProviderId>, Failure> {
    connection.provider.as_deref().map(provider).transpose()
}

/// Parses a provider's name or number.
fn provider(name: &str) -> Result<ProviderId, Failure> {
    let by_number = || name.parse().ok().and_then(ProviderId::from_number);
    ProviderId::from_name(name)
        .or_else(by_number)
        .ok_or_else(|| {
            let names: Vec<&str> = ProviderId::ALL.iter().map(|known| known.name()).collect();
            Failure::Usage(format!(
                "there is no provider {name}; there are {}",
                names.join(", "),
                name = quoted(name)
            ))
        })
}

/// Returns the failure for a key whose policy does not permit the operation.
fn wrong_key(key: &Key, what: &str) -> Failure {
    Failure::Usage(format!(
        "{} does not {what}: its policy does not permit it; see `parsec key show`",
        output::printable(key.name())
    ))
}
