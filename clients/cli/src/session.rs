//! Options and connection of a running command.

use parsec_client::ProviderId;
use parsec_client::blocking::Client;

use crate::failure::Failure;

/// A connected client, with the options that every subcommand has.
pub(crate) struct Session {
    /// The client.
    pub(crate) client: Client,
    /// The provider that `--provider` selects.
    pub(crate) selected: Option<ProviderId>,
    /// Whether to print data as JSON.
    pub(crate) json: bool,
}

impl Session {
    /// Returns the selected provider; an error if none is selected.
    pub(crate) fn provider(&self) -> Result<ProviderId, Failure> {
        self.selected
            .ok_or_else(|| Failure::Usage("select the key's provider with --provider".to_owned()))
    }
}
