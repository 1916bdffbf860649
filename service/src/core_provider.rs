//! The core operations, which the service itself serves.

mod administration;
mod deletion;
mod device_lane;
mod lists;

use std::sync::Arc;

use parsec_contracts::operations::{
    DeleteClient, DeleteClientOutput, DisableClient, DisableClientOutput, EnableClient,
    EnableClientOutput, FindClients, FindClientsOutput, FindKeys, FindKeysOutput,
    ListAuthenticators, ListAuthenticatorsOutput, ListClientUsage, ListClientUsageOutput,
    ListClients, ListClientsOutput, ListKeys, ListKeysOutput, ListMissingKeys,
    ListMissingKeysOutput, ListOpcodes, ListOpcodesOutput, ListProviders, ListProvidersOutput,
    Ping, PingOutput, ReadLimits, ReadLimitsOutput, RevokeKey, RevokeKeyOutput,
};
use parsec_contracts::types::ProviderInfo;
use parsec_contracts::{Opcode, ProviderId, ServedBy, Status, protocol};

use crate::audit::Audit;
use crate::dispatch::{self, Caller, Refusal};
use crate::generated::dispatch::CoreOperations;
use crate::identity::Identity;
use crate::instance::Instance;
use crate::key_store::KeyStore;
use crate::limits::ClientRegistry;
use crate::policy::AccessRequest;
use crate::sessions::Sessions;
use crate::settings::SharedSettings;
pub(crate) use device_lane::DeviceLane;

/// The state that core operations read and change.
pub(crate) struct CoreProvider {
    pub(crate) instances: Arc<[Instance]>,
    /// One for each instance, in the same order.
    pub(crate) device_lanes: Box<[DeviceLane]>,
    pub(crate) settings: SharedSettings,
    pub(crate) store: Arc<KeyStore>,
    pub(crate) audit: Audit,
    pub(crate) clients: Arc<ClientRegistry>,
    pub(crate) sessions: Arc<Sessions>,
}

impl CoreProvider {
    fn instance(&self, key_space: &str) -> Option<&Instance> {
        self.instances
            .iter()
            .find(|instance| instance.key_space == key_space)
    }

    /// Whether the policy ever permits the operation to the caller: clients rely on this list.
    fn may_ever(&self, caller: &Caller, instance: &Instance, opcode: Opcode) -> bool {
        self.settings.load().policy.may_ever(&AccessRequest {
            caller: caller.identity.as_ref(),
            provider: instance.id,
            instance: &instance.name,
            opcode,
            algorithm: None,
            key: None,
        })
    }

    /// The instances to list; clients without extensions fail on an unknown number.
    fn visible_to(&self, caller: &Caller) -> impl Iterator<Item = &Instance> {
        let extensions = caller.extensions;
        self.instances
            .iter()
            .filter(move |instance| extensions || !instance.id.is_extension())
    }

    /// The description of an instance, with its configured name if there are several of a type.
    fn describe(&self, instance: &Instance) -> String {
        let description = instance.provider.description();
        let of_its_type = |other: &&Instance| other.id.family() == instance.id.family();
        if self.instances.iter().filter(of_its_type).count() == 1 {
            return description;
        }
        format!("{}: {description}", instance.name)
    }
}

impl CoreOperations for CoreProvider {
    fn ping(&self, _: &Caller, _: &Ping) -> Result<PingOutput, Refusal> {
        let (major, minor) = protocol::VERSION;
        Ok(PingOutput {
            wire_protocol_version_maj: major.into(),
            wire_protocol_version_min: minor.into(),
        })
    }

    fn list_providers(
        &self,
        caller: &Caller,
        _: &ListProviders,
    ) -> Result<ListProvidersOutput, Refusal> {
        let crypto = self.visible_to(caller).map(|instance| {
            let (major, minor, revision) = instance.provider.version();
            ProviderInfo {
                uuid: instance.id.uuid().to_owned(),
                description: self.describe(instance),
                vendor: instance.provider.vendor().to_owned(),
                version_maj: major,
                version_min: minor,
                version_rev: revision,
                id: instance.id.number().into(),
            }
        });
        Ok(ListProvidersOutput {
            providers: crypto.chain([core_info()]).collect(),
        })
    }

    fn list_opcodes(
        &self,
        caller: &Caller,
        input: &ListOpcodes,
    ) -> Result<ListOpcodesOutput, Refusal> {
        let provider = u8::try_from(input.provider_id)
            .ok()
            .and_then(ProviderId::from_number)
            .ok_or_else(|| Refusal::of(Status::ProviderDoesNotExist))?;
        let served: Vec<Opcode> = if provider == ProviderId::Core {
            Opcode::ALL
                .iter()
                .copied()
                .filter(|opcode| opcode.served_by() == ServedBy::Core)
                .collect()
        } else {
            let instance = self
                .instances
                .iter()
                .find(|instance| instance.id == provider)
                .ok_or_else(|| Refusal::of(Status::ProviderNotRegistered))?;
            Opcode::ALL
                .iter()
                .copied()
                .filter(|opcode| opcode.served_by() == ServedBy::Crypto)
                .filter(|opcode| dispatch::serves(instance.provider.opcodes(), *opcode))
                .filter(|opcode| self.may_ever(caller, instance, *opcode))
                .collect()
        };
        // Clients without extensions fail on an unknown number.
        let listed = |opcode: &Opcode| caller.extensions || opcode.is_listed_to_all();
        Ok(ListOpcodesOutput {
            opcodes: served
                .into_iter()
                .filter(listed)
                .map(Opcode::number)
                .collect(),
        })
    }

    fn list_authenticators(
        &self,
        _: &Caller,
        _: &ListAuthenticators,
    ) -> Result<ListAuthenticatorsOutput, Refusal> {
        Ok(ListAuthenticatorsOutput {
            authenticators: self.settings.load().authenticators.infos(),
        })
    }

    fn list_keys(&self, caller: &Caller, _: &ListKeys) -> Result<ListKeysOutput, Refusal> {
        self.all_keys(caller)
    }

    fn find_keys(&self, caller: &Caller, input: &FindKeys) -> Result<FindKeysOutput, Refusal> {
        self.page_of_keys(caller, input)
    }

    fn list_missing_keys(
        &self,
        caller: &Caller,
        input: &ListMissingKeys,
    ) -> Result<ListMissingKeysOutput, Refusal> {
        if input.all_clients && !caller.is_admin {
            return Err(Refusal::of(Status::AdminOperation));
        }
        let owner = match input.all_clients {
            true => None,
            false => Some(caller.identity()?),
        };
        self.missing_keys(owner, input.after)
    }

    fn list_clients(&self, caller: &Caller, _: &ListClients) -> Result<ListClientsOutput, Refusal> {
        Ok(ListClientsOutput {
            clients: self.store.owners(caller.identity()?.auth)?,
        })
    }

    fn delete_client(
        &self,
        caller: &Caller,
        input: &DeleteClient,
    ) -> Result<DeleteClientOutput, Refusal> {
        let owner = self.settings.load().authenticators.canonical(Identity {
            auth: caller.identity()?.auth,
            name: input.client.clone(),
        });
        self.delete_all_keys(&owner, caller.extensions)?;
        Ok(DeleteClientOutput {})
    }

    fn list_client_usage(
        &self,
        _: &Caller,
        _: &ListClientUsage,
    ) -> Result<ListClientUsageOutput, Refusal> {
        Ok(ListClientUsageOutput {
            clients: self.usage()?.into_values().collect(),
        })
    }

    fn find_clients(&self, _: &Caller, input: &FindClients) -> Result<FindClientsOutput, Refusal> {
        self.page_of_clients(input)
    }

    fn disable_client(
        &self,
        caller: &Caller,
        input: &DisableClient,
    ) -> Result<DisableClientOutput, Refusal> {
        let client = self.client(&input.client)?;
        if client == *caller.identity()? {
            return Err(Refusal::because(
                Status::PsaErrorInvalidArgument,
                "client: is the caller itself; possibly no other administrator could enable it again",
            ));
        }
        self.set_disabled(&client, true)?;
        Ok(DisableClientOutput {})
    }

    fn enable_client(
        &self,
        _: &Caller,
        input: &EnableClient,
    ) -> Result<EnableClientOutput, Refusal> {
        self.set_disabled(&self.client(&input.client)?, false)?;
        Ok(EnableClientOutput {})
    }

    fn revoke_key(&self, _: &Caller, input: &RevokeKey) -> Result<RevokeKeyOutput, Refusal> {
        let owner = self.client(&input.client)?;
        self.revoke(&owner, input.provider_id, &input.key_name)?;
        Ok(RevokeKeyOutput {})
    }

    fn read_limits(&self, _: &Caller, input: &ReadLimits) -> Result<ReadLimitsOutput, Refusal> {
        let client = self.client(&input.client)?;
        Ok(self.limits(client))
    }
}

fn core_info() -> ProviderInfo {
    let number = |text: &str| text.parse().unwrap_or(0);
    ProviderInfo {
        uuid: ProviderId::Core.uuid().to_owned(),
        description: ProviderId::Core.description().to_owned(),
        vendor: ProviderId::Core.vendor().to_owned(),
        version_maj: number(env!("CARGO_PKG_VERSION_MAJOR")),
        version_min: number(env!("CARGO_PKG_VERSION_MINOR")),
        version_rev: number(env!("CARGO_PKG_VERSION_PATCH")),
        id: ProviderId::Core.number().into(),
    }
}
