//! Lists, which the service may return in pages.

use parsec_contracts::operations::{
    FindClients, FindKeys, FindKeysOutput, ListClientUsage, ListClients, ListKeys, ListKeysOutput,
};
use parsec_contracts::types::{ClientUsage, KeyInfo};
use parsec_contracts::{Body, DecodeError, Opcode, Operation, ProviderId, Status};

use super::entries::entries;
use super::{Core, DEFAULT_TIMEOUT};
use crate::error::{Error, Result};
use crate::transport::Transport;

/// Numbers of the fields of [`FindKeysOutput`].
const KEYS: u8 = 1;
const NEXT: u8 = 2;

impl<T: Transport> Core<T> {
    /// Returns every key of this application that this client can parse.
    pub(crate) async fn keys(&self) -> Result<Vec<KeyInfo>> {
        self.keys_named("").await
    }

    /// Returns the application's keys with this name, and possibly others. A list that is too long
    /// for one response is read in pages.
    pub(crate) async fn keys_named(&self, name: &str) -> Result<Vec<KeyInfo>> {
        if !self.known(|known| known.has_many_keys) {
            match self.all_keys().await {
                Err(error) if is_too_long(&error) => {
                    self.known(|known| known.has_many_keys = true);
                }
                result => return result,
            }
        }
        let (mut keys, mut cursor) = (Vec::new(), Vec::new());
        loop {
            let sent = cursor.clone();
            let (page, next) = self.page_of_keys(name, cursor).await?;
            keys.extend(page);
            if next.is_empty() {
                return Ok(keys);
            }
            cursor = advanced(&sent, next)?;
        }
    }

    async fn all_keys(&self) -> Result<Vec<KeyInfo>> {
        let bytes = self.list(ListKeys {}).await?;
        match ListKeysOutput::decode(&bytes) {
            Ok(output) => Ok(output.keys),
            // A key of a kind that is newer than this client must not hide the others.
            Err(DecodeError::Invalid { .. }) => keys_in(&bytes).ok_or_else(unknown_list),
            Err(_) => Err(unknown_list()),
        }
    }

    async fn page_of_keys(&self, name: &str, cursor: Vec<u8>) -> Result<(Vec<KeyInfo>, Vec<u8>)> {
        let page = FindKeys {
            name: name.to_owned(),
            cursor,
            limit: 0,
        };
        let bytes = self.list(page).await?;
        match FindKeysOutput::decode(&bytes) {
            Ok(output) => Ok((output.keys, output.next)),
            Err(DecodeError::Invalid { .. }) => {
                let keys = keys_in(&bytes).ok_or_else(unknown_list)?;
                let next = entries(&bytes, NEXT).ok_or_else(unknown_list)?;
                Ok((keys, next.concat()))
            }
            Err(_) => Err(unknown_list()),
        }
    }

    async fn list<O: Operation>(&self, input: O) -> Result<parsec_contracts::Zeroizing<Vec<u8>>> {
        self.bytes(ProviderId::Core, input, DEFAULT_TIMEOUT).await
    }

    /// Returns every client of the service, with its usage.
    pub(crate) async fn clients_usage(&self) -> Result<Vec<ClientUsage>> {
        match self.call_core(ListClientUsage {}).await {
            Err(error) if is_too_long(&error) => {}
            result => return Ok(result?.clients),
        }
        let (mut clients, mut cursor) = (Vec::new(), Vec::new());
        loop {
            let sent = cursor.clone();
            let page = FindClients {
                name: String::new(),
                cursor,
                limit: 0,
            };
            let output = self.call_core(page).await?;
            clients.extend(output.clients);
            if output.next.is_empty() {
                return Ok(clients);
            }
            cursor = advanced(&sent, output.next)?;
        }
    }

    /// Returns the applications that have keys and use the caller's authenticator.
    pub(crate) async fn clients_with_keys(&self) -> Result<Vec<String>> {
        match self.call_core(ListClients {}).await {
            Err(error) if is_too_long(&error) => {}
            result => return Ok(result?.clients),
        }
        let own = u32::from(self.authentication().auth_type().number());
        let clients = self.clients_usage().await?;
        let with_keys = clients
            .into_iter()
            .filter(|one| one.keys > 0 && one.client.authenticator == own);
        Ok(with_keys.map(|one| one.client.name).collect())
    }
}

fn is_too_long(error: &Error) -> bool {
    error.status() == Some(Status::ResponseTooLarge)
}

/// Returns the keys of a list that this client can parse.
fn keys_in(bytes: &[u8]) -> Option<Vec<KeyInfo>> {
    let entries = entries(bytes, KEYS)?;
    let known = entries
        .into_iter()
        .filter_map(|entry| KeyInfo::decode(entry).ok());
    Some(known.collect())
}

/// Returns the next cursor. An error if it is the one that was sent, to avoid an endless loop.
fn advanced(sent: &[u8], next: Vec<u8>) -> Result<Vec<u8>> {
    if next == sent {
        return Err(repeated_page());
    }
    Ok(next)
}

/// The error for a list whose pages do not advance.
pub(super) fn repeated_page() -> Error {
    Error::protocol("the service returned the same page of a list twice")
}

fn unknown_list() -> Error {
    Error::protocol("the service's list of keys cannot be parsed").with_operation(Opcode::ListKeys)
}
