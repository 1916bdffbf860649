//! What the service has, and which provider can do a thing.

use std::sync::Arc;

use parsec_contracts::operations::{CanDoCrypto, ListOpcodes, ListProviders};
use parsec_contracts::types::{CheckType, KeyAttributes, ProviderInfo};
use parsec_contracts::{ErrorKind, Opcode, ProviderId};

use super::Core;
use crate::error::{Error, Result};
use crate::key_use::{KeyUse, Uses};
use crate::transport::Transport;

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
        let advice = self.alternatives(provider, opcode).await;
        Err(
            Error::new(ErrorKind::NotSupported, not_served(provider), advice)
                .with_operation(opcode),
        )
    }

    /// The error with what to do about it, if the provider does not serve the operation at all.
    pub(super) async fn with_alternatives(
        &self,
        error: Error,
        provider: ProviderId,
        opcode: Opcode,
    ) -> Error {
        match self.serves(provider, opcode).await {
            Ok(false) => {
                let advice = self.alternatives(provider, opcode).await;
                error.with_text(not_served(provider), advice)
            }
            // What cannot be asked now leaves the error as it is.
            Ok(true) | Err(_) => error,
        }
    }

    /// Where else the operation is served, and how to get there.
    async fn alternatives(&self, provider: ProviderId, opcode: Opcode) -> String {
        let mut others = Vec::new();
        for other in self.running().await.unwrap_or_default() {
            if other != provider && self.serves(other, opcode).await.unwrap_or_default() {
                others.push(other.name());
            }
        }
        let Some(best) = others.first() else {
            return "no provider of this service does: see `parsec opcodes`".to_owned();
        };
        let who = match others.len() {
            1 => format!("{best} does"),
            _ => format!("{} do", others.join(" and ")),
        };
        match KeyUse::of(opcode).map(KeyUse::name) {
            Some(known) => format!(
                "{who}: make the key with `uses` {known} or with `provider` {best} (on the command \
                 line, `--uses {known}` or `--provider {best}`)"
            ),
            None => format!(
                "{who}: set `provider` to {best} (on the command line, `--provider {best}`)"
            ),
        }
    }

    /// The providers of the service that hold keys, the best first.
    async fn running(&self) -> Result<Vec<ProviderId>> {
        let mut running: Vec<_> = self
            .providers()
            .await?
            .iter()
            .filter_map(|info| ProviderId::from_number(u8::try_from(info.id).ok()?))
            .filter(|&provider| provider != ProviderId::Core)
            .collect();
        running.sort_by_key(|&provider| preference(provider));
        Ok(running)
    }

    /// The providers that could serve `opcodes`, the best first; only the pinned one, if there
    /// is one, whose own refusal says more than ours could.
    pub(crate) async fn candidates(&self, opcodes: &[Opcode]) -> Result<Vec<ProviderId>> {
        let running = self.running().await?;
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

    /// Fails unless the provider serves all that a key will be used for.
    pub(super) async fn must_serve_uses(
        &self,
        uses: Uses,
        provider: ProviderId,
        attributes: &KeyAttributes,
    ) -> Result<()> {
        for opcode in uses.opcodes(attributes)? {
            self.must_serve(provider, opcode).await?;
        }
        Ok(())
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

fn not_served(provider: ProviderId) -> String {
    format!(
        "the provider {} does not serve this operation",
        provider.name()
    )
}
