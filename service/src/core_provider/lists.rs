//! Lists that may be longer than a response.

use parsec_contracts::operations::{
    FindClients, FindClientsOutput, FindKeys, FindKeysOutput, ListKeysOutput,
};
use parsec_contracts::types::{ClientUsage, KeyInfo};
use parsec_contracts::{AuthType, Body as _, MayExtend as _, Status};

use super::CoreProvider;
use crate::dispatch::{Caller, Refusal};
use crate::identity::Identity;
use crate::key_store::{PageRequest, StoredKey};

/// Separates the parts of a cursor; no provider's name contains it.
const SEPARATOR: u8 = 0;

impl CoreProvider {
    /// All keys of the caller, if they fit into one response.
    pub(super) fn all_keys(&self, caller: &Caller) -> Result<ListKeysOutput, Refusal> {
        let bounds = self.settings.load().bounds;
        let wanted = PageRequest {
            name: None,
            after: None,
            max_keys: usize::MAX,
            // Not every stored key is listed, and listed keys are a little shorter.
            max_bytes: bounds.response.saturating_mul(2),
        };
        let page = self.store.page(caller.identity()?, wanted)?;
        if page.has_more {
            return Err(bounds.too_large());
        }
        Ok(ListKeysOutput {
            keys: self.shown(caller, page.keys)?,
        })
    }

    /// A page of the caller's keys.
    pub(super) fn page_of_keys(
        &self,
        caller: &Caller,
        input: &FindKeys,
    ) -> Result<FindKeysOutput, Refusal> {
        let after = (!input.cursor.is_empty())
            .then(|| cursor_parts(&input.cursor))
            .transpose()?;
        let bounds = self.settings.load().bounds;
        let wanted = PageRequest {
            name: (!input.name.is_empty()).then_some(&input.name),
            after,
            max_keys: most(input.limit),
            max_bytes: bounds.response,
        };
        let page = self.store.page(caller.identity()?, wanted)?;
        let next = match page.keys.last() {
            Some(last) if page.has_more => cursor(&last.provider, &last.name),
            // Not even one key fits.
            None if page.has_more => return Err(bounds.too_large()),
            _ => Vec::new(),
        };
        Ok(FindKeysOutput {
            keys: self.shown(caller, page.keys)?,
            next,
        })
    }

    /// The list entries of keys.
    fn shown(&self, caller: &Caller, keys: Vec<StoredKey>) -> Result<Vec<KeyInfo>, Refusal> {
        let shown = keys.into_iter().filter_map(|key| {
            // Keys of providers that are not configured cannot be used, so they are not listed.
            let instance = self.instance(&key.provider)?;
            if instance.id.is_extension() && !caller.extensions {
                return None;
            }
            let Some(attributes) = key.attributes else {
                return Some(Err(unreadable(&key.name)));
            };
            // Clients without extensions fail on the whole list if they do not know one algorithm.
            if attributes.extends() && !caller.extensions {
                return None;
            }
            Some(Ok(KeyInfo {
                provider_id: instance.id.number().into(),
                name: key.name,
                attributes,
            }))
        });
        shown.collect()
    }

    /// A page of the clients.
    pub(super) fn page_of_clients(
        &self,
        input: &FindClients,
    ) -> Result<FindClientsOutput, Refusal> {
        let after = (!input.cursor.is_empty())
            .then(|| client_of(&input.cursor))
            .transpose()?;
        let bounds = self.settings.load().bounds;
        let is_wanted = |(identity, _): &(Identity, ClientUsage)| {
            after.as_ref().is_none_or(|after| identity > after)
                && (input.name.is_empty() || identity.name == input.name)
        };
        let mut all = self.usage()?.into_iter().filter(is_wanted).peekable();
        let (mut clients, mut last, mut bytes) = (Vec::new(), None, 0);
        while let Some((_, usage)) = all.peek() {
            bytes += usage.clone().encode().len() + FIELD;
            if clients.len() >= most(input.limit) || bytes > bounds.response {
                break;
            }
            if let Some((identity, usage)) = all.next() {
                clients.push(usage);
                last = Some(identity);
            }
        }
        let next = match last {
            Some(last) if all.peek().is_some() => {
                cursor(&last.auth.number().to_string(), &last.name)
            }
            None if all.peek().is_some() => return Err(bounds.too_large()),
            _ => Vec::new(),
        };
        Ok(FindClientsOutput { clients, next })
    }
}

/// The refusal of a list: without the unreadable key it would look as if that did not exist.
fn unreadable(name: &str) -> Refusal {
    Refusal::because(
        Status::PsaErrorDataCorrupt,
        format!("the key {name} was changed or damaged in the key store; tell an administrator"),
    )
}

/// The protobuf overhead of a list element.
const FIELD: usize = 8;

fn most(limit: u32) -> usize {
    match limit {
        0 => usize::MAX,
        limit => limit as usize,
    }
}

fn cursor(first: &str, second: &str) -> Vec<u8> {
    [first.as_bytes(), &[SEPARATOR], second.as_bytes()].concat()
}

fn cursor_parts(cursor: &[u8]) -> Result<(&str, &str), Refusal> {
    let parts = std::str::from_utf8(cursor).ok();
    parts
        .and_then(|text| text.split_once(char::from(SEPARATOR)))
        .ok_or_else(not_a_cursor)
}

fn client_of(cursor: &[u8]) -> Result<Identity, Refusal> {
    let (auth, name) = cursor_parts(cursor)?;
    let auth = auth.parse().ok().and_then(AuthType::from_number);
    Ok(Identity {
        auth: auth.ok_or_else(not_a_cursor)?,
        name: name.to_owned(),
    })
}

fn not_a_cursor() -> Refusal {
    Refusal::because(
        Status::PsaErrorInvalidArgument,
        "cursor: this is not the `next` of an earlier page; leave it empty for the first page",
    )
}
