//! Key derivation and key agreement with derivation (PSA Crypto API, 10.8).

mod functions;
mod inputs;
mod keys;
mod pbkdf2;
pub(crate) mod support;
#[cfg(test)]
mod tests;

use parsec_contracts::types::{DerivationInputs, KeyAgreement, KeyAttributes, KeyDerivation};
use parsec_contracts::{Secret, Status};
use parsec_provider::{CreatedKey, KeyContext, ProviderError};
use subtle::ConstantTimeEq as _;

use crate::agreement;
use crate::engine::{Engine, Secrets};
use functions::Function;
use inputs::Inputs;
pub(crate) use inputs::Keys;

/// Derives bytes.
pub(crate) fn bytes(
    secrets: &dyn Secrets,
    alg: &KeyDerivation,
    inputs: &DerivationInputs,
    keys: &Keys<'_>,
    length: u32,
) -> Result<Secret, ProviderError> {
    Function::new(alg, Inputs::resolve(secrets, inputs, keys)?)?.output(length as usize)
}

/// Derives a key.
pub(crate) fn key(
    engine: &dyn Engine,
    alg: &KeyDerivation,
    inputs: &DerivationInputs,
    from: &Keys<'_>,
    attributes: &KeyAttributes,
) -> Result<CreatedKey, ProviderError> {
    let function = Function::new(alg, Inputs::resolve(engine.secrets(), inputs, from)?)?;
    keys::output(engine, &function, attributes)
}

/// Compares the derived bytes with the expected ones in constant time.
pub(crate) fn verify(
    secrets: &dyn Secrets,
    alg: &KeyDerivation,
    inputs: &DerivationInputs,
    keys: &Keys<'_>,
    expected: &Secret,
) -> Result<(), ProviderError> {
    let function = Function::new(alg, Inputs::resolve(secrets, inputs, keys)?)?;
    let derived = function.output(expected.len())?;
    if derived.expose().ct_eq(expected.expose()).into() {
        return Ok(());
    }
    Err(ProviderError::new(
        Status::PsaErrorInvalidSignature,
        "the bytes derived from these inputs differ from the expected ones",
    ))
}

/// A key agreement, and the inputs of its derivation.
pub(crate) struct Agreed<'a> {
    pub(crate) alg: &'a KeyAgreement,
    pub(crate) private_key: &'a KeyContext,
    pub(crate) peer_key: &'a [u8],
    pub(crate) inputs: &'a DerivationInputs,
    pub(crate) keys: Keys<'a>,
}

impl Agreed<'_> {
    /// Derives bytes from the shared secret.
    pub(crate) fn bytes(&self, engine: &dyn Engine, length: u32) -> Result<Secret, ProviderError> {
        let KeyAgreement::WithKeyDerivation { kdf_alg, .. } = self.alg else {
            return Err(ProviderError::invalid_argument(
                "alg: a raw agreement derives nothing; name a derivation, or use \
                 psa_raw_key_agreement",
            ));
        };
        let shared = self.shared_secret(engine)?;
        let inputs =
            Inputs::resolve(engine.secrets(), self.inputs, &self.keys)?.with_secret(shared)?;
        Function::new(kdf_alg, inputs)?.output(length as usize)
    }

    /// Makes a key from the shared secret, or derives one from it.
    pub(crate) fn key(
        &self,
        engine: &dyn Engine,
        attributes: &KeyAttributes,
    ) -> Result<CreatedKey, ProviderError> {
        let inputs = Inputs::resolve(engine.secrets(), self.inputs, &self.keys)?;
        match self.alg {
            KeyAgreement::WithKeyDerivation { kdf_alg, .. } => {
                let inputs = inputs.with_secret(self.shared_secret(engine)?)?;
                keys::output(engine, &Function::new(kdf_alg, inputs)?, attributes)
            }
            _ => {
                inputs.expect_none()?;
                keys::of_shared_secret(engine, || self.shared_secret(engine), attributes)
            }
        }
    }

    fn shared_secret(&self, engine: &dyn Engine) -> Result<Secret, ProviderError> {
        agreement::agree(engine, self.private_key, self.alg.raw(), self.peer_key)
    }
}
