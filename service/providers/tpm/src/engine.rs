//! The engine over a TPM.

use std::fmt;
use std::sync::Arc;

use parsec_contracts::operations::{
    AttestKey, AttestKeyOutput, CertifyKeyOutput, GenerateDeviceKey, PrepareKeyAttestation,
    PrepareKeyAttestationOutput, QuoteOutput,
};
use parsec_contracts::types::{
    AsymmetricEncryption, AsymmetricSignature, EccFamily, KeyAttributes, KeyType, RawKeyAgreement,
};
use parsec_contracts::{ProviderId, Secret, Status};
use parsec_provider::{Counted, Journal, KeyContext, ProviderError};
use parsec_psa::{Engine, OperationGroup, Secrets, has_hash, has_public_point, public};

use crate::abilities::{Abilities, OPERATION_GROUPS, Task};
use crate::device::Device;
use crate::{Settings, asymmetric, attestation, import, known, random, signing};

/// A TPM and its capabilities.
pub(crate) struct TpmEngine {
    tcti: String,
    pub(crate) device: Device,
    pub(crate) abilities: Arc<Abilities>,
}

impl fmt::Debug for TpmEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TpmEngine")
            .field("tcti", &self.tcti)
            .finish_non_exhaustive()
    }
}

impl TpmEngine {
    pub(crate) fn start(
        settings: Settings,
        journal: Arc<dyn Journal>,
    ) -> Result<Self, ProviderError> {
        let tcti = settings.tcti.clone();
        let padding = settings.software_padding;
        let device = Device::start(settings, journal)?;
        let name = tcti.clone();
        let abilities = device.with_tpm(move |tpm| {
            let mut abilities = Abilities::query(tpm, padding)?;
            abilities.disabled = known::run(tpm, &name, known::groups(&abilities)?)?;
            Ok(abilities)
        })?;
        Ok(Self {
            tcti,
            device,
            abilities: Arc::new(abilities),
        })
    }
}

impl Engine for TpmEngine {
    fn id(&self) -> ProviderId {
        ProviderId::Tpm
    }

    fn operation_groups(&self) -> &'static [OperationGroup] {
        OPERATION_GROUPS
    }

    /// A TPM runs one command at a time.
    fn workers(&self) -> usize {
        1
    }

    fn counted(&self) -> Counted {
        self.device.counted()
    }

    fn close(&self) {
        self.device.close();
    }

    fn secrets(&self) -> &dyn Secrets {
        self
    }

    fn has_key_type(&self, key_type: &KeyType) -> bool {
        match key_type {
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => !self.abilities.rsa.is_empty(),
            KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
                *curve_family == EccFamily::SecpR1 && !self.abilities.secp_r1.is_empty()
            }
            _ => false,
        }
    }

    fn has_size(&self, key_type: &KeyType, bits: u32) -> bool {
        match key_type {
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => self.abilities.rsa.contains(&bits),
            KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
                *curve_family == EccFamily::SecpR1 && self.abilities.secp_r1.contains(&bits)
            }
            _ => false,
        }
    }

    fn has_import(&self, key_type: &KeyType, bits: u32) -> bool {
        match key_type {
            KeyType::EccKeyPair { curve_family } if bits != 0 => {
                has_public_point(*curve_family, bits)
            }
            _ => true,
        }
    }

    /// The TPM need not support the hash function: software pads or truncates the hash.
    fn has_signature(&self, _: &KeyType, _: u32, alg: &AsymmetricSignature) -> bool {
        matches!(
            alg,
            AsymmetricSignature::RsaPkcs1v15Sign { .. }
                | AsymmetricSignature::RsaPss { .. }
                | AsymmetricSignature::Ecdsa { .. }
                | AsymmetricSignature::EcdsaAny
        )
    }

    fn generate(&self, attributes: &KeyAttributes) -> Result<Secret, ProviderError> {
        let attributes = *attributes;
        self.device
            .with_tpm(move |tpm| asymmetric::generate(tpm, &attributes))
    }

    fn import(
        &self,
        attributes: &KeyAttributes,
        data: &[u8],
    ) -> Result<(u32, Secret), ProviderError> {
        let (attributes, data) = (*attributes, Secret::from(data));
        self.device
            .with_tpm(move |tpm| import::key(tpm, &attributes, data.expose()))
    }

    fn export(&self, _key: &KeyContext) -> Result<Secret, ProviderError> {
        Err(not_exportable())
    }

    fn public_key(&self, key: &KeyContext) -> Result<Vec<u8>, ProviderError> {
        asymmetric::public_key(key)
    }

    fn sign_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        let abilities = Arc::clone(&self.abilities);
        let (key, alg, hash) = (key.clone(), *alg, hash.to_vec());
        self.device
            .with_tpm(move |tpm| signing::sign(tpm, &abilities, &key, &alg, &hash))
    }

    fn verify_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        if let Some(answer) = signing::verify_in_software(key, alg, hash, signature) {
            return answer;
        }
        let abilities = Arc::clone(&self.abilities);
        let (key, hash, signature) = (key.clone(), hash.to_vec(), signature.to_vec());
        self.device
            .with_tpm(move |tpm| signing::verify(tpm, &abilities, &key, &hash, &signature))
    }

    fn has_agreement(&self, key_type: &KeyType, bits: u32, alg: RawKeyAgreement) -> bool {
        alg == RawKeyAgreement::Ecdh
            && matches!(key_type, KeyType::EccKeyPair { .. })
            && Engine::has_key_type(self, key_type)
            && self.abilities.secp_r1.iter().any(|size| {
                (bits == 0 || bits == *size) && self.abilities.does(Task::Agreement(*size))
            })
    }

    fn agree(
        &self,
        key: &KeyContext,
        _alg: RawKeyAgreement,
        peer_key: &[u8],
    ) -> Result<Secret, ProviderError> {
        let (key, peer_key) = (key.clone(), peer_key.to_vec());
        self.device
            .with_tpm(move |tpm| asymmetric::agree(tpm, &key, &peer_key))
    }

    fn has_encryption(&self, alg: &AsymmetricEncryption) -> bool {
        match alg {
            AsymmetricEncryption::RsaPkcs1v15Crypt => self.abilities.does(Task::Pkcs1v15),
            AsymmetricEncryption::RsaOaep { hash_alg } => {
                let bare = self.abilities.does(Task::BareRsa);
                has_hash(*hash_alg) && (bare || !self.abilities.unpads_oaep(*hash_alg))
            }
            _ => false,
        }
    }

    fn encrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        plaintext: &[u8],
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        public::encrypt(&asymmetric::public_key(key)?, alg, plaintext, label)
    }

    fn decrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Secret, ProviderError> {
        let abilities = Arc::clone(&self.abilities);
        let (key, alg) = (key.clone(), *alg);
        let (ciphertext, label) = (ciphertext.to_vec(), label.to_vec());
        self.device.with_tpm(move |tpm| {
            asymmetric::decrypt(tpm, &abilities, &key, &alg, &ciphertext, &label)
        })
    }

    fn random(&self, size: usize) -> Result<Secret, ProviderError> {
        random::bytes(&self.device, size)
    }

    fn generate_bound(&self, input: &GenerateDeviceKey) -> Result<Secret, ProviderError> {
        let (attributes, attests, pcrs) = (input.attributes, input.attests, input.pcrs);
        self.device
            .with_tpm(move |tpm| asymmetric::generate_bound(tpm, &attributes, attests, pcrs))
    }

    fn prepare_key_attestation(
        &self,
        attested_key: Option<&KeyContext>,
        attesting_key: Option<&KeyContext>,
        _input: &PrepareKeyAttestation,
    ) -> Result<PrepareKeyAttestationOutput, ProviderError> {
        let (attested, attesting) = (attested_key.cloned(), attesting_key.cloned());
        self.device
            .with_tpm(move |tpm| attestation::prepare(tpm, attested.as_ref(), attesting.as_ref()))
    }

    fn attest_key(
        &self,
        attested_key: &KeyContext,
        attesting_key: Option<&KeyContext>,
        input: &AttestKey,
    ) -> Result<AttestKeyOutput, ProviderError> {
        let (attested, attesting) = (attested_key.clone(), attesting_key.cloned());
        let input = input.clone();
        self.device
            .with_tpm(move |tpm| attestation::activate(tpm, &attested, attesting.as_ref(), &input))
    }

    fn certify_key(
        &self,
        key: &KeyContext,
        attesting_key: &KeyContext,
        nonce: &[u8],
    ) -> Result<CertifyKeyOutput, ProviderError> {
        let (key, attesting, nonce) = (key.clone(), attesting_key.clone(), nonce.to_vec());
        self.device
            .with_tpm(move |tpm| attestation::certify(tpm, &key, &attesting, &nonce))
    }

    fn quote(
        &self,
        attesting_key: &KeyContext,
        nonce: &[u8],
        pcrs: u32,
    ) -> Result<QuoteOutput, ProviderError> {
        let (attesting, nonce) = (attesting_key.clone(), nonce.to_vec());
        self.device
            .with_tpm(move |tpm| attestation::quote(tpm, &attesting, &nonce, pcrs))
    }

    fn purge(&self, key: &KeyContext) -> Result<(), ProviderError> {
        let id = key.id;
        self.device.with_tpm(move |tpm| tpm.unload(id))
    }

    /// The material is the whole key, but it is only reported as destroyed by a TPM that can load
    /// it.
    fn destroy(&self, key: &KeyContext) -> Result<(), ProviderError> {
        let key = key.clone();
        self.device.with_tpm(move |tpm| {
            match tpm.load(&key) {
                Err(error) if error.is_key_missing() || tpm.is_lost() => return Err(error),
                // A key that can never be loaded can be destroyed as well.
                _ => {}
            }
            tpm.unload(key.id)
        })
    }

    /// Flushes the key; the TPM stores nothing else.
    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError> {
        self.device.unload(key.id);
        Ok(())
    }
}

pub(crate) fn not_exportable() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorNotSupported,
        "keys cannot be exported from a TPM; use another provider for exportable keys",
    )
}
