//! The inputs of a derivation.

use parsec_contracts::Secret;
use parsec_contracts::types::{DerivationInput, DerivationInputs, KeyType};
use parsec_provider::{KeyContext, ProviderError};

use crate::engine::Secrets;

/// The keys among the inputs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Keys<'a> {
    pub(crate) secret: Option<&'a KeyContext>,
    pub(crate) other_secret: Option<&'a KeyContext>,
    pub(crate) salt: Option<&'a KeyContext>,
}

/// The inputs as bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Inputs {
    pub(super) secret: Option<Secret>,
    pub(super) other_secret: Option<Secret>,
    pub(super) salt: Option<Secret>,
    pub(super) info: Vec<u8>,
    pub(super) label: Vec<u8>,
    pub(super) seed: Vec<u8>,
    pub(super) cost: u64,
}

impl Inputs {
    /// Resolves the inputs, with the material of the keys that they name.
    pub(super) fn resolve(
        secrets: &dyn Secrets,
        inputs: &DerivationInputs,
        keys: &Keys<'_>,
    ) -> Result<Self, ProviderError> {
        Ok(Self {
            secret: resolve(secrets, "secret", inputs.secret.as_ref(), keys.secret)?,
            other_secret: resolve(
                secrets,
                "other_secret",
                inputs.other_secret.as_ref(),
                keys.other_secret,
            )?,
            salt: resolve(secrets, "salt", inputs.salt.as_ref(), keys.salt)?,
            info: inputs.info.clone(),
            label: inputs.label.clone(),
            seed: inputs.seed.clone(),
            cost: inputs.cost,
        })
    }

    /// Sets the secret to a shared secret.
    pub(super) fn with_secret(self, secret: Secret) -> Result<Self, ProviderError> {
        if self.secret.is_some() {
            return Err(ProviderError::invalid_argument(
                "inputs.secret: not permitted: the shared secret is the secret; omit it",
            ));
        }
        Ok(Self {
            secret: Some(secret),
            ..self
        })
    }

    /// Rejects all inputs, where nothing is derived.
    pub(super) fn expect_none(&self) -> Result<(), ProviderError> {
        self.expect_only(&[])
    }

    /// Rejects inputs that the function does not use: their sender expects that they protect the
    /// output.
    pub(super) fn expect_only(&self, used: &[&str]) -> Result<(), ProviderError> {
        let given = [
            ("secret", self.secret.is_some()),
            ("other_secret", self.other_secret.is_some()),
            ("salt", self.salt.is_some()),
            ("info", !self.info.is_empty()),
            ("label", !self.label.is_empty()),
            ("seed", !self.seed.is_empty()),
            ("cost", self.cost != 0),
        ];
        match given
            .iter()
            .find(|(name, given)| *given && !used.contains(name))
        {
            Some((name, _)) => Err(ProviderError::invalid_argument(format!(
                "inputs.{name}: not used by the function; omit it"
            ))),
            None => Ok(()),
        }
    }
}

fn resolve(
    secrets: &dyn Secrets,
    name: &str,
    input: Option<&DerivationInput>,
    key: Option<&KeyContext>,
) -> Result<Option<Secret>, ProviderError> {
    match (input, key) {
        (Some(DerivationInput::Bytes { value }), _) => Ok(Some(value.clone())),
        (Some(_), Some(key)) => match key.attributes.key_type {
            KeyType::Derive | KeyType::RawData | KeyType::Hmac => secrets.export(key).map(Some),
            _ => Err(ProviderError::invalid_argument(format!(
                "inputs.{name}: only keys to derive from, HMAC keys and raw data can be derived \
                 from"
            ))),
        },
        _ => Ok(None),
    }
}
