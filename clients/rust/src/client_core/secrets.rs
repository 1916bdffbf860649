//! Operations on keys that do not sign.

use parsec_contracts::operations::{
    AgreeBytes, AgreeKey, DeriveBytes, DeriveKey, PsaAeadDecrypt, PsaAeadEncrypt,
    PsaAsymmetricDecrypt, PsaAsymmetricEncrypt, PsaExportPublicKey, PsaMacCompute, PsaMacVerify,
    PsaRawKeyAgreement, UnwrapKey, VerifyDerivation, WrapKey,
};
use parsec_contracts::types::{
    Algorithm, DerivationInput, DerivationInputs, KeyAgreement, KeyAttributes, KeyDerivation,
};
use parsec_contracts::{ErrorKind, Opcode, ProviderId, Secret, Zeroizing};

use super::sealed::{NONCE, fresh_nonce, tag_length};
use super::{KeyCore, Role};
use crate::error::{Error, Result};
use crate::generated::key_options::KeyUse;
use crate::public_key::PublicKey;
use crate::spec::KeySpec;
use crate::transport::Transport;

/// Length of the shortest wrapped key: a block of padded material (RFC 5649, section 4.1).
const SHORTEST_WRAPPED: usize = 16;

impl<T: Transport> KeyCore<T> {
    /// Returns the role that the key's policy permits, if there is a handle for it.
    pub(crate) fn role(&self) -> Option<Role> {
        let algorithm = &self.attributes.key_policy.key_algorithm;
        if Role::Signing.permitted_by(algorithm) {
            return match self.check_signs() {
                Ok(()) => Some(Role::Signing),
                Err(_) => Some(Role::Verifying),
            };
        }
        Role::ALL
            .into_iter()
            .find(|role| role.permitted_by(algorithm))
    }

    /// Fails unless the key's policy permits this role.
    pub(crate) fn check_role(&self, role: Role) -> Result<()> {
        match role {
            Role::Signing => return self.check_signs(),
            Role::Verifying => return self.signature_algorithm().map(drop),
            _ => {}
        }
        let algorithm = &self.attributes.key_policy.key_algorithm;
        if role.permitted_by(algorithm) {
            return Ok(());
        }
        Err(Error::invalid(
            format!("the key is not for {}, but for {algorithm:?}", role.what()),
            "open it with the handle for its role",
        )
        .with_key_name(&self.name))
    }

    /// Returns the public key of a key that must have one.
    pub(crate) fn expect_public_key(&self) -> Result<PublicKey> {
        self.public_key().cloned().ok_or_else(|| {
            Error::new(
                ErrorKind::Internal,
                "an asymmetric key has no public key",
                "please report this",
            )
            .with_operation(Opcode::PsaExportPublicKey)
        })
    }

    pub(crate) fn owned_name(&self) -> String {
        self.name.as_ref().to_owned()
    }

    /// Returns nonce, ciphertext and tag.
    pub(crate) async fn encrypt_aead(&self, plaintext: &[u8], context: &[u8]) -> Result<Vec<u8>> {
        let Algorithm::Aead(alg) = self.attributes.key_policy.key_algorithm else {
            return Err(self.not_for(Role::Symmetric));
        };
        let nonce = fresh_nonce()?;
        let input = PsaAeadEncrypt {
            key_name: self.owned_name(),
            alg,
            nonce: nonce.to_vec(),
            additional_data: context.to_vec(),
            plaintext: Secret::from(plaintext),
        };
        let sealed = self.core.call(self.provider, input).await;
        let sealed = self.named(sealed)?;
        Ok([&nonce[..], &sealed.ciphertext].concat())
    }

    pub(crate) async fn decrypt_aead(
        &self,
        sealed: &[u8],
        context: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let Algorithm::Aead(alg) = self.attributes.key_policy.key_algorithm else {
            return Err(self.not_for(Role::Symmetric));
        };
        let shortest = NONCE + tag_length(alg);
        if sealed.len() < shortest {
            return Err(Error::decryption_failed(format!(
                "the ciphertext has {} bytes; the nonce and the tag alone have {shortest}",
                sealed.len()
            ))
            .with_operation(Opcode::PsaAeadDecrypt)
            .with_key_name(&self.name));
        }
        let (nonce, ciphertext) = sealed.split_at(NONCE);
        let input = PsaAeadDecrypt {
            key_name: self.owned_name(),
            alg,
            nonce: nonce.to_vec(),
            additional_data: context.to_vec(),
            ciphertext: ciphertext.to_vec(),
        };
        let opened = self.core.call(self.provider, input).await;
        let opened = self.named(opened)?;
        Ok(Zeroizing::new(opened.plaintext.into_vec()))
    }

    pub(super) fn not_for(&self, role: Role) -> Error {
        self.check_role(role)
            .err()
            .unwrap_or_else(|| Error::protocol("the key's role has changed"))
    }

    pub(crate) async fn compute_mac(&self, data: &[u8]) -> Result<Vec<u8>> {
        let Algorithm::Mac(alg) = self.attributes.key_policy.key_algorithm else {
            return Err(self.not_for(Role::Mac));
        };
        let input = PsaMacCompute {
            key_name: self.owned_name(),
            alg,
            input: data.to_vec(),
        };
        let output = self.core.call(self.provider, input).await;
        Ok(self.named(output)?.mac)
    }

    pub(crate) async fn verify_mac(&self, code: &[u8], data: &[u8]) -> Result<()> {
        let Algorithm::Mac(alg) = self.attributes.key_policy.key_algorithm else {
            return Err(self.not_for(Role::Mac));
        };
        let input = PsaMacVerify {
            key_name: self.owned_name(),
            alg,
            input: data.to_vec(),
            mac: code.to_vec(),
        };
        let verified = self.core.call(self.provider, input).await;
        self.named(verified).map(drop)
    }

    pub(crate) async fn encrypt_to(&self, plaintext: &[u8], label: &[u8]) -> Result<Vec<u8>> {
        let Algorithm::AsymmetricEncryption(alg) = self.attributes.key_policy.key_algorithm else {
            return Err(self.not_for(Role::Decryption));
        };
        let input = PsaAsymmetricEncrypt {
            key_name: self.owned_name(),
            alg,
            plaintext: Secret::from(plaintext),
            salt: label.to_vec(),
        };
        let output = self.core.call(self.provider, input).await;
        Ok(self.named(output)?.ciphertext)
    }

    pub(crate) async fn decrypt(
        &self,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let Algorithm::AsymmetricEncryption(alg) = self.attributes.key_policy.key_algorithm else {
            return Err(self.not_for(Role::Decryption));
        };
        if ciphertext.is_empty() {
            return Err(Error::decryption_failed("the ciphertext is empty")
                .with_operation(Opcode::PsaAsymmetricDecrypt)
                .with_key_name(&self.name));
        }
        let input = PsaAsymmetricDecrypt {
            key_name: self.owned_name(),
            alg,
            ciphertext: ciphertext.to_vec(),
            salt: label.to_vec(),
        };
        let output = self.core.call(self.provider, input).await;
        let plaintext = self.named(output)?.plaintext;
        Ok(Zeroizing::new(plaintext.into_vec()))
    }

    fn derivation(&self, info: &[u8]) -> Result<(KeyDerivation, DerivationInputs)> {
        let Algorithm::KeyDerivation(alg) = self.attributes.key_policy.key_algorithm else {
            return Err(self.not_for(Role::Derivation));
        };
        let inputs = DerivationInputs {
            secret: Some(DerivationInput::Key {
                key_name: self.owned_name(),
            }),
            info: info.to_vec(),
            ..DerivationInputs::default()
        };
        Ok((alg, inputs))
    }

    pub(crate) async fn derive_bytes(
        &self,
        info: &[u8],
        length: u32,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let (alg, inputs) = self.derivation(info)?;
        let input = DeriveBytes {
            alg,
            inputs,
            length,
        };
        let output = self.core.call(self.provider, input).await;
        let data = self.named(output)?.data;
        Ok(Zeroizing::new(data.into_vec()))
    }

    pub(crate) async fn derive_key(
        &self,
        info: &[u8],
        name: &str,
        spec: &impl KeySpec,
    ) -> Result<Self> {
        let choices = self.choices_for(spec).await?;
        let (alg, inputs) = self.derivation(info)?;
        let input = DeriveKey {
            alg,
            inputs,
            key_name: name.to_owned(),
            attributes: first_choice(&choices)?,
            lifetime: None,
        };
        let made = self.core.call(self.provider, input).await;
        made.map_err(|error| error.with_key_name(name))?;
        self.sibling(name).await
    }

    /// Verifies that the secret derives to the expected bytes.
    pub(crate) async fn verify_bytes(&self, expected: &Secret, info: &[u8]) -> Result<()> {
        let (alg, inputs) = self.derivation(info)?;
        let input = VerifyDerivation {
            alg,
            inputs,
            expected: expected.clone(),
        };
        let verified = self.core.call(self.provider, input).await;
        self.named(verified).map(drop)
    }

    /// Returns the shared secret itself, if the policy permits that.
    pub(crate) async fn agree(&self, peer_key: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let Algorithm::KeyAgreement(
            KeyAgreement::Raw(alg) | KeyAgreement::WithKeyDerivation { ka_alg: alg, .. },
        ) = self.attributes.key_policy.key_algorithm
        else {
            return Err(self.not_for(Role::Agreement));
        };
        let input = PsaRawKeyAgreement {
            alg,
            private_key_name: self.owned_name(),
            peer_key: peer_key.to_vec(),
        };
        let agreed = self.core.call(self.provider, input).await;
        Ok(Zeroizing::new(self.named(agreed)?.shared_secret.into_vec()))
    }

    /// Returns the agreement of the policy; a raw agreement is combined with HKDF over SHA-256.
    fn agreement_with_derivation(&self) -> Result<KeyAgreement> {
        match self.attributes.key_policy.key_algorithm {
            Algorithm::KeyAgreement(KeyAgreement::Raw(ka_alg)) => {
                Ok(KeyAgreement::WithKeyDerivation {
                    ka_alg,
                    kdf_alg: KeyDerivation::Hkdf {
                        hash_alg: parsec_contracts::types::Hash::Sha256,
                    },
                })
            }
            Algorithm::KeyAgreement(alg) => Ok(alg),
            _ => Err(self.not_for(Role::Agreement)),
        }
    }

    /// Derives bytes from the shared secret.
    pub(crate) async fn agree_bytes(
        &self,
        peer_key: &[u8],
        info: &[u8],
        length: u32,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let input = AgreeBytes {
            alg: self.agreement_with_derivation()?,
            private_key_name: self.owned_name(),
            peer_key: peer_key.to_vec(),
            inputs: DerivationInputs {
                info: info.to_vec(),
                ..DerivationInputs::default()
            },
            length,
        };
        let output = self.core.call(self.provider, input).await;
        Ok(Zeroizing::new(self.named(output)?.data.into_vec()))
    }

    /// Derives a key from the shared secret.
    pub(crate) async fn agree_key(
        &self,
        peer_key: &[u8],
        info: &[u8],
        name: &str,
        spec: &impl KeySpec,
    ) -> Result<Self> {
        let choices = self.choices_for(spec).await?;
        let alg = self.agreement_with_derivation()?;
        let input = AgreeKey {
            alg,
            private_key_name: self.owned_name(),
            peer_key: peer_key.to_vec(),
            inputs: DerivationInputs {
                info: info.to_vec(),
                ..DerivationInputs::default()
            },
            key_name: name.to_owned(),
            attributes: first_choice(&choices)?,
            lifetime: None,
        };
        let made = self.core.call(self.provider, input).await;
        made.map_err(|error| error.with_key_name(name))?;
        self.sibling(name).await
    }

    pub(crate) async fn export_public(&self) -> Result<Vec<u8>> {
        let input = PsaExportPublicKey {
            key_name: self.owned_name(),
        };
        let output = self.core.call(self.provider, input).await;
        Ok(self.named(output)?.data)
    }

    pub(crate) async fn wrap(&self, name: &str) -> Result<Vec<u8>> {
        let Algorithm::KeyWrap(alg) = self.attributes.key_policy.key_algorithm else {
            return Err(self.not_for(Role::Wrapping));
        };
        let input = WrapKey {
            wrapping_key_name: self.owned_name(),
            alg,
            key_name: name.to_owned(),
        };
        match self.core.call(self.provider, input).await {
            Ok(output) => Ok(output.data),
            Err(error) => Err(self.not_wrapped(error, name).await.with_key_name(name)),
        }
    }

    /// Adds a hint to the error if the key to wrap has another provider.
    async fn not_wrapped(&self, error: Error, name: &str) -> Error {
        if error.kind() != ErrorKind::KeyNotFound {
            return error;
        }
        let keys = self.core.keys().await.unwrap_or_default();
        let elsewhere = keys.iter().find_map(|key| {
            let provider = ProviderId::from_number(u8::try_from(key.provider_id).ok()?)?;
            (key.name == name && provider != self.provider).then_some(provider)
        });
        let Some(elsewhere) = elsewhere else {
            return error;
        };
        let (here, there) = (self.provider.name(), elsewhere.name());
        let used = KeyUse::Wrapping.name();
        error.with_text(
            format!(
                "the key is in the provider {there}, and the wrapping key \"{}\" in {here}",
                self.name
            ),
            format!(
                "make the key with `uses` {used} or with `provider` {here} (on the command line, \
                 `--uses {used}` or `--provider {here}`)"
            ),
        )
    }

    /// Returns the attributes of a key that is derived or unwrapped with this one. Such a key
    /// always has this key's provider; an error if `spec` names another.
    pub(crate) async fn choices_for(&self, spec: &impl KeySpec) -> Result<Vec<KeyAttributes>> {
        if let Some(wanted) = spec.provider().filter(|&wanted| wanted != self.provider) {
            return Err(Error::invalid(
                format!(
                    "a key derived or unwrapped with \"{}\" has the same provider, {}, not {}",
                    self.name,
                    self.provider.name(),
                    wanted.name()
                ),
                "omit the provider",
            ));
        }
        let choices = spec.choices();
        if let Some(first) = choices.first() {
            let uses = spec.uses().0;
            self.core
                .must_serve_uses(uses, self.provider, first)
                .await?;
        }
        Ok(choices)
    }

    pub(crate) async fn unwrap_key(
        &self,
        data: &[u8],
        name: &str,
        spec: &impl KeySpec,
    ) -> Result<Self> {
        let choices = self.choices_for(spec).await?;
        let Algorithm::KeyWrap(alg) = self.attributes.key_policy.key_algorithm else {
            return Err(self.not_for(Role::Wrapping));
        };
        if data.len() < SHORTEST_WRAPPED {
            return Err(Error::decryption_failed(format!(
                "the wrapped key has {} bytes; the shortest has {SHORTEST_WRAPPED}",
                data.len()
            ))
            .with_operation(Opcode::UnwrapKey)
            .with_key_name(name));
        }
        let input = UnwrapKey {
            wrapping_key_name: self.owned_name(),
            alg,
            data: data.to_vec(),
            key_name: name.to_owned(),
            attributes: first_choice(&choices)?,
            lifetime: None,
        };
        let made = self.core.call(self.provider, input).await;
        made.map_err(|error| error.with_key_name(name))?;
        self.sibling(name).await
    }

    /// Returns another key of the same provider.
    async fn sibling(&self, name: &str) -> Result<Self> {
        self.core.at(Some(self.provider)).open(name).await
    }
}

/// Returns the first of several sizes: derivation and unwrapping are tried only once.
fn first_choice(choices: &[KeyAttributes]) -> Result<KeyAttributes> {
    choices.first().copied().ok_or_else(|| {
        Error::invalid(
            "the specification names no key",
            "use one that this crate makes",
        )
    })
}
