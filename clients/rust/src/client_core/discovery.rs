//! Discovery: the providers of the service and the operations that they serve.

use std::sync::Arc;

use parsec_contracts::operations::{CanDoCrypto, ListOpcodes, ListProviders};
use parsec_contracts::types::{CheckType, KeyAttributes, ProviderInfo};
use parsec_contracts::{ErrorKind, Opcode, ProviderId};

use super::Core;
use crate::error::{Error, Result};
use crate::generated::key_options::KeyUse;
use crate::key_use::Uses;
use crate::transport::Transport;

/// Hardware first: keys that cannot be copied out of a device are preferred.
const PREFERENCE: [ProviderId; 5] = [
    ProviderId::Tpm,
    ProviderId::Pkcs11,
    ProviderId::CryptoAuthLib,
    ProviderId::TrustedService,
    ProviderId::Software,
];

/// Returns the rank of a provider when several are possible: smaller is better. A second token of
/// a kind has the same rank as the first.
pub(crate) fn preference(provider: ProviderId) -> usize {
    PREFERENCE
        .iter()
        .position(|&candidate| candidate == provider.family())
        .unwrap_or(PREFERENCE.len())
}

impl<T: Transport> Core<T> {
    /// Returns the providers of the service, in the service's order.
    pub(crate) async fn providers(&self) -> Result<Arc<[ProviderInfo]>> {
        if let Some(known) = self.known(|known| known.providers.clone()) {
            return Ok(known);
        }
        let fresh: Arc<[_]> = self.call_core(ListProviders {}).await?.providers.into();
        self.known(|known| known.providers = Some(fresh.clone()));
        Ok(fresh)
    }

    /// Returns the opcodes that a provider serves.
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

    /// Adds advice to the error if the provider does not serve the operation at all.
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
            // If this cannot be determined now, the error is unchanged.
            Ok(true) | Err(_) => error,
        }
    }

    /// Returns advice on which providers serve the operation, and how to use them.
    async fn alternatives(&self, provider: ProviderId, opcode: Opcode) -> String {
        let mut others = Vec::new();
        for other in self.running().await.unwrap_or_default() {
            if other != provider && self.serves(other, opcode).await.unwrap_or_default() {
                others.push(other.name());
            }
        }
        let Some(best) = others.first() else {
            return "no provider of this service does; see `parsec opcodes`".to_owned();
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

    /// Returns the service's providers of keys, the best first.
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

    /// Returns the providers that serve `opcodes`, the best first. If a provider is pinned, returns
    /// it without a check: its own refusal is more precise.
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
                format!("no provider of this service serves {}", names.join(" and ")),
                "list the providers with `parsec providers` and their operations with `parsec opcodes`",
            ));
        }
        Ok(able)
    }

    /// Fails unless the provider serves all intended uses of a key.
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

    /// Returns the error of a provider that reports that it does not support such keys. `None` for
    /// providers that do not answer this query.
    pub(crate) async fn reported_unsupported(
        &self,
        provider: ProviderId,
        check_type: CheckType,
        attributes: KeyAttributes,
    ) -> Result<Option<Error>> {
        if !self.serves(provider, Opcode::CanDoCrypto).await? {
            return Ok(None);
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
            Ok(_) => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotSupported => Ok(Some(error)),
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
