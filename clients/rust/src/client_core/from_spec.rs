//! New keys from a specification, and queries about the service that need no key.

use parsec_contracts::operations::{Ping, PrepareKeyAttestation, Quote, QuoteOutput};
use parsec_contracts::types::{
    Algorithm, AuthenticatorInfo, CheckType, KeyAttributes, KeyLifetime, MissingKey,
    PrepareKeyAttestationOutput, PrepareKeyAttestationParams, ProviderInfo,
};
use parsec_contracts::{Opcode, ProviderId, Secret};

use super::{Core, KeyCore};
use crate::error::{Error, Result};
use crate::private_key::PrivateKey;
use crate::public_key::PublicKey;
use crate::spec::KeySpec;
use crate::transport::Transport;

impl<T: Transport> Core<T> {
    pub(crate) async fn generate(&self, name: &str, spec: &impl KeySpec) -> Result<KeyCore<T>> {
        let core = self.for_spec(spec);
        core.generate_one_of(name, &spec.choices()).await
    }

    pub(crate) async fn get_or_generate(
        &self,
        name: &str,
        spec: &impl KeySpec,
    ) -> Result<KeyCore<T>> {
        let core = self.for_spec(spec);
        core.get_or_generate_one_of(name, &spec.choices()).await
    }

    pub(crate) async fn generate_volatile(
        &self,
        name: &str,
        spec: &impl KeySpec,
        lifetime: KeyLifetime,
    ) -> Result<KeyCore<T>> {
        let core = self.for_spec(spec);
        core.generate_volatile_one_of(name, &spec.choices(), lifetime)
            .await
    }

    pub(crate) async fn generate_device_key(
        &self,
        name: &str,
        spec: &impl KeySpec,
        attests: bool,
        pcrs: &[u32],
    ) -> Result<KeyCore<T>> {
        let pcrs = pcr_mask(pcrs)?;
        let mut choices = spec.choices();
        if attests {
            // An attestation key signs statements of the device, and no data of the application.
            for attributes in &mut choices {
                let usage = &mut attributes.key_policy.key_usage_flags;
                usage.sign_hash = false;
                usage.sign_message = false;
            }
        }
        let core = self.for_spec(spec);
        core.generate_device_key_one_of(name, &choices, attests, pcrs)
            .await
    }

    pub(crate) async fn import(
        &self,
        name: &str,
        spec: &impl KeySpec,
        material: &PrivateKey,
    ) -> Result<KeyCore<T>> {
        let core = self.for_spec(spec);
        core.import_one_of(name, &spec.choices(), spec.is_open(), material)
            .await
    }

    pub(crate) async fn import_public(
        &self,
        name: &str,
        spec: &impl KeySpec,
        material: &PublicKey,
    ) -> Result<KeyCore<T>> {
        // A handle of such a key could do nothing.
        let verifies = |attributes: &KeyAttributes| {
            let algorithm = attributes.key_policy.key_algorithm;
            matches!(algorithm, Algorithm::AsymmetricSignature(_))
        };
        if !spec.choices().iter().all(verifies) {
            return Err(Error::invalid(
                "a public key in the service only verifies signatures, and this kind does not sign",
                "import it with a kind that signs; public keys of peers are arguments of operations",
            )
            .with_key_name(name));
        }
        let core = self.for_spec(spec);
        core.import_public_one_of(name, &spec.choices(), spec.is_open(), material)
            .await
    }

    pub(crate) async fn import_bytes(
        &self,
        name: &str,
        spec: &impl KeySpec,
        material: &Secret,
    ) -> Result<KeyCore<T>> {
        let core = self.for_spec(spec);
        core.import_bytes_one_of(name, &spec.choices(), material)
            .await
    }

    pub(crate) async fn import_volatile(
        &self,
        name: &str,
        spec: &impl KeySpec,
        material: &Secret,
        lifetime: KeyLifetime,
    ) -> Result<KeyCore<T>> {
        let core = self.for_spec(spec);
        core.import_volatile_one_of(name, &spec.choices(), material, lifetime)
            .await
    }

    /// Returns whether the client's provider, or any provider if none is set, supports such keys.
    pub(crate) async fn can_do(
        &self,
        spec: &impl KeySpec,
        check: Option<CheckType>,
    ) -> Result<bool> {
        let check = check.unwrap_or(CheckType::Generate);
        let core = self.for_spec(spec);
        for provider in core.candidates(&[Opcode::CanDoCrypto]).await? {
            for attributes in spec.choices() {
                if core
                    .reported_unsupported(provider, check, attributes)
                    .await?
                    .is_none()
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    pub(crate) async fn provider_list(&self) -> Result<Vec<ProviderInfo>> {
        Ok(self.providers().await?.to_vec())
    }

    pub(crate) async fn authenticator_list(&self) -> Result<Vec<AuthenticatorInfo>> {
        Ok(self.authenticators().await?.to_vec())
    }

    pub(crate) async fn ping(&self) -> Result<(u32, u32)> {
        let output = self.call_core(Ping {}).await?;
        Ok((
            output.wire_protocol_version_maj,
            output.wire_protocol_version_min,
        ))
    }

    /// Returns the operations of a provider that this client knows.
    pub(crate) async fn operations(&self, provider: ProviderId) -> Result<Vec<Opcode>> {
        let numbers = self.opcodes(provider).await?;
        Ok(numbers
            .iter()
            .filter_map(|&number| Opcode::from_number(number))
            .collect())
    }

    pub(crate) async fn own_missing_keys(&self) -> Result<Vec<MissingKey>> {
        self.missing_keys(false).await
    }

    pub(crate) async fn all_missing_keys(&self) -> Result<Vec<MissingKey>> {
        self.missing_keys(true).await
    }
}

impl<T: Transport> KeyCore<T> {
    pub(crate) async fn prepare_attestation(
        &self,
        attesting_key: Option<&str>,
    ) -> Result<PrepareKeyAttestationOutput> {
        let input = PrepareKeyAttestation {
            parameters: PrepareKeyAttestationParams::ActivateCredential {
                attested_key_name: self.owned_name(),
                attesting_key_name: attesting_key.unwrap_or_default().to_owned(),
            },
        };
        let output = self.core.call(self.provider, input).await;
        Ok(self.named(output)?.output)
    }

    pub(crate) async fn quote(&self, nonce: &[u8], pcrs: &[u32]) -> Result<QuoteOutput> {
        let input = Quote {
            attesting_key_name: self.owned_name(),
            nonce: nonce.to_vec(),
            pcrs: pcr_mask(pcrs)?,
        };
        self.named(self.core.call(self.provider, input).await)
    }
}

/// Returns the mask of platform configuration registers: bit n is register n.
fn pcr_mask(pcrs: &[u32]) -> Result<u32> {
    const COUNT: u32 = 24;
    pcrs.iter().try_fold(0, |mask, &number| match number {
        0..COUNT => Ok(mask | 1 << number),
        _ => Err(Error::invalid(
            format!("there is no platform configuration register {number}"),
            "give numbers from 0 to 23",
        )),
    })
}
