//! What the service has, and which provider can do a thing.

use std::sync::Arc;

use parsec_contracts::operations::{CanDoCrypto, ListOpcodes, ListProviders};
use parsec_contracts::types::{CheckType, KeyAttributes, ProviderInfo};
use parsec_contracts::{ErrorKind, Opcode, ProviderId};

use super::Core;
use crate::transport::Transport;
use crate::{Error, Result};

/// Hardware first: keys that cannot be copied out of a device are the better ones.
const PREFERENCE: [ProviderId; 5] = [
    ProviderId::Tpm,
    ProviderId::Pkcs11,
    ProviderId::CryptoAuthLib,
    ProviderId::TrustedService,
    ProviderId::Software,
];

/// Where a provider stands when several could do; the smaller the better. The second token of a
/// kind stands where the first does.
pub(crate) fn preference(provider: ProviderId) -> usize {
    PREFERENCE
        .iter()
        .position(|&candidate| candidate == provider.family())
        .unwrap_or(PREFERENCE.len())
}

impl<T: Transport> Core<T> {
    /// Every provider of the service, in its own order.
    pub(crate) async fn providers(&self) -> Result<Arc<[ProviderInfo]>> {
        if let Some(known) = self.known(|known| known.providers.clone()) {
            return Ok(known);
        }
        let fresh: Arc<[_]> = self.call_core(ListProviders {}).await?.providers.into();
        self.known(|known| known.providers = Some(fresh.clone()));
        Ok(fresh)
    }

    /// The numbers of the operations that a provider serves.
    pub(crate) async fn opcodes(&self, provider: ProviderId) -> Result<Arc<[u32]>> {
        let number = provider.number();
        let find = |known: &mut super::Known| {
            let (_, opcodes) = known.opcodes.iter().find(|(id, _)| *id == number)?;
            Some(opcodes.clone())
        };
        if let Some(known) = self.known(find) {
            return Ok(known);
        }
        let input = ListOpcodes {
            provider_id: number.into(),
        };
        let fresh: Arc<[_]> = self.call_core(input).await?.opcodes.into();
        self.known(|known| {
            known.opcodes.retain(|(id, _)| *id != number);
            known.opcodes.push((number, fresh.clone()));
        });
        Ok(fresh)
    }

    pub(crate) async fn serves(&self, provider: ProviderId, opcode: Opcode) -> Result<bool> {
        Ok(self.opcodes(provider).await?.contains(&opcode.number()))
    }

    pub(crate) async fn must_serve(&self, provider: ProviderId, opcode: Opcode) -> Result<()> {
        if self.serves(provider, opcode).await? {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::NotSupported,
            format!("the provider {} does no such thing", provider.name()),
            "see what there is with `parsec opcodes`",
        )
        .with_operation(opcode))
    }

    /// The providers that could serve `opcodes`, the best first; only the pinned one, if there
    /// is one, whose own refusal says more than ours could.
    pub(crate) async fn candidates(&self, opcodes: &[Opcode]) -> Result<Vec<ProviderId>> {
        let mut running: Vec<_> = self
            .providers()
            .await?
            .iter()
            .filter_map(|info| ProviderId::from_number(u8::try_from(info.id).ok()?))
            .filter(|&provider| provider != ProviderId::Core)
            .collect();
        if let Some(pinned) = self.pinned_provider() {
            if running.contains(&pinned) {
                return Ok(vec![pinned]);
            }
            let names: Vec<_> = running.iter().map(|provider| provider.name()).collect();
            return Err(Error::new(
                ErrorKind::NotSupported,
                format!("this service does not run the provider {}", pinned.name()),
                match names.as_slice() {
                    [] => "enable it in the service's configuration".to_owned(),
                    names => format!(
                        "it runs {}: name one of those, or none to get the best",
                        names.join(" and ")
                    ),
                },
            ));
        }
        running.sort_by_key(|&provider| preference(provider));
        let mut able = Vec::new();
        for provider in running {
            let listed = self.opcodes(provider).await?;
            if opcodes
                .iter()
                .all(|opcode| listed.contains(&opcode.number()))
            {
                able.push(provider);
            }
        }
        if able.is_empty() {
            let names: Vec<_> = opcodes.iter().map(|opcode| opcode.name()).collect();
            return Err(Error::new(
                ErrorKind::NotSupported,
                format!("no provider of this service does {}", names.join(" and ")),
                "see what there is with `parsec providers` and `parsec opcodes`",
            ));
        }
        Ok(able)
    }

    /// Whether a provider says that it cannot work with such keys. One that doesn't answer such
    /// questions says nothing.
    pub(crate) async fn declines(
        &self,
        provider: ProviderId,
        check_type: CheckType,
        attributes: KeyAttributes,
    ) -> Result<bool> {
        if !self.serves(provider, Opcode::CanDoCrypto).await? {
            return Ok(false);
        }
        match self
            .call(
                provider,
                CanDoCrypto {
                    check_type,
                    attributes,
                },
            )
            .await
        {
            Ok(_) => Ok(false),
            Err(error) if error.kind() == ErrorKind::NotSupported => Ok(true),
            Err(error) => Err(error),
        }
    }
}
