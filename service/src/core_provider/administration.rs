//! Operations for administrators.

use std::collections::BTreeMap;

use parsec_contracts::operations::{ListMissingKeysOutput, ReadLimitsOutput};
use parsec_contracts::types::{ClientId, ClientLimits, ClientUsage, MissingKey};
use parsec_contracts::{AuthType, Status};

use super::CoreProvider;
use crate::config::Limits;
use crate::dispatch::Refusal;
use crate::identity::Identity;
use crate::limits::{Principal, Usage};

/// The maximum number of missing keys in a page, from the contract.
const MISSING_AT_ONCE: u32 = 1000;

impl CoreProvider {
    /// The client that the id names.
    pub(super) fn client(&self, id: &ClientId) -> Result<Identity, Refusal> {
        let settings = self.settings.load();
        let authenticators = &settings.authenticators;
        let auth = u8::try_from(id.authenticator)
            .ok()
            .and_then(AuthType::from_number)
            .filter(|auth| authenticators.has(*auth));
        let Some(auth) = auth else {
            return Err(Refusal::because(
                Status::PsaErrorInvalidArgument,
                "client.authenticator: this service uses no authenticator with this number; \
                 `list_authenticators` lists them",
            ));
        };
        Ok(authenticators.canonical(Identity {
            auth,
            name: id.name.clone(),
        }))
    }

    /// Every client that has keys, is disabled, or has sent a request.
    pub(super) fn usage(&self) -> Result<BTreeMap<Identity, ClientUsage>, Refusal> {
        let mut all: BTreeMap<Identity, ClientUsage> = BTreeMap::new();
        for (identity, keys) in self.store.counts_of_clients()? {
            entry(&mut all, &identity).keys = keys;
        }
        for (identity, missing_keys) in self.store.missing_of_clients()? {
            entry(&mut all, &identity).missing_keys = missing_keys;
        }
        for identity in self.clients.disabled() {
            entry(&mut all, &identity).is_disabled = true;
        }
        for (identity, usage) in self.clients.usage() {
            let entry = entry(&mut all, &identity);
            let Usage {
                connections,
                requests_in_flight,
                streams,
                stream_bytes,
                requests,
                refused,
                last_seen,
            } = usage;
            *entry = ClientUsage {
                connections,
                requests_in_flight,
                streams,
                stream_bytes,
                requests,
                refused,
                last_seen,
                ..entry.clone()
            };
        }
        Ok(all)
    }

    /// The keys that are missing from their device, of all clients or of one.
    pub(super) fn missing_keys(
        &self,
        owner: Option<&Identity>,
        after: u64,
    ) -> Result<ListMissingKeysOutput, Refusal> {
        let found = self.store.missing(owner, after, MISSING_AT_ONCE)?;
        let is_full = found.len() == MISSING_AT_ONCE as usize;
        let next = match found.last() {
            Some(last) if is_full => last.key.id.0,
            _ => 0,
        };
        let keys = found.into_iter().filter_map(|missing| {
            // Keys of providers that are not configured are not listed either.
            let instance = self.instance(&missing.key.provider)?;
            Some(MissingKey {
                client: ClientId {
                    authenticator: missing.owner.auth.number().into(),
                    name: missing.owner.name,
                },
                provider_id: instance.id.number().into(),
                key_name: missing.key.name,
                since: missing.since,
            })
        });
        Ok(ListMissingKeysOutput {
            keys: keys.collect(),
            next,
        })
    }

    /// Disables or enables a client: on disk first, so that it survives a restart.
    pub(super) fn set_disabled(&self, client: &Identity, is_disabled: bool) -> Result<(), Refusal> {
        self.store.set_disabled(client, is_disabled)?;
        self.clients.set_disabled(client, is_disabled);
        Ok(())
    }

    /// Destroys a key and ends the streams that use it.
    pub(super) fn revoke(
        &self,
        owner: &Identity,
        provider: u32,
        name: &str,
    ) -> Result<(), Refusal> {
        let instance = self
            .instances
            .iter()
            .find(|instance| u32::from(instance.id.number()) == provider)
            .ok_or_else(|| Refusal::of(Status::ProviderNotRegistered))?;
        let keys = self.store.list(owner)?;
        let key = keys
            .iter()
            .find(|key| key.provider == instance.key_space && key.name == name)
            .ok_or_else(|| Refusal::of(Status::PsaErrorDoesNotExist))?;
        self.revoke_key(owner, key)
    }

    /// Deletes a client's keys. A key that cannot be deleted does not keep the others from being deleted.
    pub(super) fn delete_all_keys(&self, owner: &Identity, reports: bool) -> Result<(), Refusal> {
        let keys = self.store.list(owner)?;
        if keys.is_empty() && reports {
            return Err(Refusal::of(Status::NoSuchClient));
        }
        let mut failed = Vec::new();
        for key in &keys {
            if let Err(refusal) = self.revoke_key(owner, key) {
                failed.push(refusal);
            }
        }
        let Some(first) = failed.first() else {
            return Ok(());
        };
        Err(Refusal::because(
            first.status,
            format!(
                "{} of {} keys are deleted; the others remain; the first error: {}",
                keys.len() - failed.len(),
                keys.len(),
                first.message
            ),
        ))
    }

    /// The limits of a client.
    pub(super) fn limits(&self, client: Identity) -> ReadLimitsOutput {
        let rules = self.clients.rules();
        ReadLimitsOutput {
            client: limits(rules.of(&Principal::Application(client))),
            total: limits(rules.total()),
        }
    }
}

fn entry<'a>(
    all: &'a mut BTreeMap<Identity, ClientUsage>,
    identity: &Identity,
) -> &'a mut ClientUsage {
    all.entry(identity.clone()).or_insert_with(|| ClientUsage {
        client: ClientId {
            authenticator: identity.auth.number().into(),
            name: identity.name.clone(),
        },
        is_disabled: false,
        keys: 0,
        missing_keys: 0,
        connections: 0,
        requests_in_flight: 0,
        streams: 0,
        stream_bytes: 0,
        requests: 0,
        refused: 0,
        last_seen: 0,
    })
}

fn limits(limits: &Limits) -> ClientLimits {
    let or_none = |limit: Option<u64>| limit.unwrap_or(0);
    ClientLimits {
        connections: or_none(limits.connections),
        requests_in_flight: or_none(limits.requests_in_flight),
        requests_per_second: or_none(limits.requests_per_second),
        keys: or_none(limits.keys),
        request_bytes: or_none(limits.request_bytes),
        streams: or_none(limits.streams),
        stream_bytes: or_none(limits.stream_bytes),
        buffered_bytes: or_none(limits.buffered_bytes),
    }
}
