//! The client of the service that an administrator names.

use clap::Args;
use parsec_client::blocking::Client;
use parsec_client::quoted;
use parsec_client::{AuthType, ClientId};

use crate::failure::Failure;

#[derive(Args)]
pub(crate) struct ClientArguments {
    /// The client's name
    pub(crate) name: String,
    /// The client's authenticator, by number or name; default: your own
    #[arg(long, value_name = "AUTHENTICATOR")]
    pub(crate) authenticator: Option<String>,
}

impl ClientArguments {
    /// Returns the ID of the client.
    pub(crate) fn id(&self, client: &Client) -> Result<ClientId, Failure> {
        let authenticator = match &self.authenticator {
            None => client.authentication().auth_type(),
            Some(name) => authenticator(name)?,
        };
        Ok(ClientId {
            authenticator: authenticator.number().into(),
            name: self.name.clone(),
        })
    }
}

fn authenticator(name: &str) -> Result<AuthType, Failure> {
    let by_name = AuthType::ALL
        .iter()
        .copied()
        .find(|known| known.name() == name);
    let by_number = || AuthType::from_number(name.parse().ok()?);
    by_name.or_else(by_number).ok_or_else(|| {
        let names: Vec<&str> = AuthType::ALL.iter().map(|known| known.name()).collect();
        Failure::Usage(format!(
            "there is no authenticator {name}; there are {}",
            names.join(", "),
            name = quoted(name)
        ))
    })
}
