//! The engine over a chip.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parsec_contracts::operations::{
    AttestKey, AttestKeyOutput, CertifyKeyOutput, GenerateDeviceKey, PrepareKeyAttestation,
    PrepareKeyAttestationOutput, QuoteOutput,
};
use parsec_contracts::types::{
    AsymmetricEncryption, AsymmetricSignature, EccFamily, KeyAttributes, KeyType, RawKeyAgreement,
    SignHash,
};
use parsec_contracts::{Opcode, ProviderId, Secret, Status};
use parsec_provider::{Counted, Counters, KeyContext, ProviderError};
use parsec_provider_psa::{Engine, Secrets, has_public_point};

use crate::abilities::Abilities;
use crate::chip::Chip;
use crate::{Settings, asymmetric, attestation, import, opcodes};

/// A chip and the way to it.
pub(crate) struct TpmEngine {
    settings: Settings,
    /// `None` after it was lost, until it is needed again.
    chip: Mutex<Option<Chip>>,
    pub(crate) abilities: Abilities,
    counters: Arc<Counters>,
}

impl fmt::Debug for TpmEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TpmEngine")
            .field("tcti", &self.settings.tcti)
            .finish_non_exhaustive()
    }
}

impl TpmEngine {
    pub(crate) fn start(settings: Settings) -> Result<Self, ProviderError> {
        let counters = Arc::new(Counters::new());
        let mut chip = Chip::open(&settings, Arc::clone(&counters))?;
        let abilities = Abilities::ask(&mut chip)?;
        Ok(Self {
            settings,
            chip: Mutex::new(Some(chip)),
            abilities,
            counters,
        })
    }

    fn slot(&self) -> MutexGuard<'_, Option<Chip>> {
        self.chip.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the chip, to which the way is opened again if it was lost.
    ///
    /// Whoever finds it lost tries once more: the chip keeps nothing of what is done, so that doing
    /// it twice does no harm.
    pub(crate) fn with_chip<T>(
        &self,
        run: impl Fn(&mut Chip) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let mut slot = self.slot();
        self.attempt(&mut slot, &run).or_else(|error| {
            if slot.is_some() {
                return Err(error);
            }
            self.attempt(&mut slot, &run).map_err(|again| {
                if slot.is_some() {
                    return again;
                }
                ProviderError::new(
                    Status::PsaErrorCommunicationFailure,
                    "the TPM was reset or is gone; try again when it is back",
                )
                .with_source(again)
            })
        })
    }

    /// Leaves the slot empty if the chip is lost.
    fn attempt<T>(
        &self,
        slot: &mut Option<Chip>,
        run: &impl Fn(&mut Chip) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let mut chip = match slot.take() {
            Some(chip) => chip,
            None => Chip::open(&self.settings, Arc::clone(&self.counters))?,
        };
        let result = run(&mut chip);
        if chip.is_lost() {
            self.counters.count_reset();
        } else {
            *slot = Some(chip);
        }
        result
    }
}

impl Engine for TpmEngine {
    fn id(&self) -> ProviderId {
        ProviderId::Tpm
    }

    fn opcodes(&self) -> &'static [Opcode] {
        opcodes::ALL
    }

    /// A chip does one thing at a time.
    fn workers(&self) -> usize {
        1
    }

    fn counted(&self) -> Counted {
        self.counters.read()
    }

    /// Nobody takes keys and sessions out of a chip without a resource manager but who put them in.
    fn close(&self) {
        drop(self.slot().take());
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

    fn has_signature(&self, _: &KeyType, _: u32, alg: &AsymmetricSignature) -> bool {
        let has_scheme = matches!(
            alg,
            AsymmetricSignature::RsaPkcs1v15Sign { .. }
                | AsymmetricSignature::RsaPss { .. }
                | AsymmetricSignature::Ecdsa { .. }
                | AsymmetricSignature::EcdsaAny
        );
        has_scheme
            && match alg.sign_hash() {
                Some(SignHash::Specific(hash)) => self.abilities.hashes.contains(&hash),
                _ => true,
            }
    }

    fn generate(&self, attributes: &KeyAttributes) -> Result<Secret, ProviderError> {
        self.with_chip(|chip| asymmetric::generate(chip, attributes))
    }

    fn import(
        &self,
        attributes: &KeyAttributes,
        data: &[u8],
    ) -> Result<(u32, Secret), ProviderError> {
        self.with_chip(|chip| import::key(chip, attributes, data))
    }

    fn export(&self, _key: &KeyContext) -> Result<Secret, ProviderError> {
        Err(never_leaves())
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
        self.with_chip(|chip| asymmetric::sign(chip, key, alg, hash))
    }

    fn verify_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        self.with_chip(|chip| asymmetric::verify(chip, key, alg, hash, signature))
    }

    fn has_agreement(&self, key_type: &KeyType, bits: u32, alg: RawKeyAgreement) -> bool {
        alg == RawKeyAgreement::Ecdh
            && matches!(key_type, KeyType::EccKeyPair { .. })
            && match bits {
                0 => Engine::has_key_type(self, key_type),
                bits => Engine::has_size(self, key_type, bits),
            }
    }

    fn agree(
        &self,
        key: &KeyContext,
        _alg: RawKeyAgreement,
        peer_key: &[u8],
    ) -> Result<Secret, ProviderError> {
        self.with_chip(|chip| asymmetric::agree(chip, key, peer_key))
    }

    fn has_encryption(&self, alg: &AsymmetricEncryption) -> bool {
        match alg {
            AsymmetricEncryption::RsaPkcs1v15Crypt => true,
            AsymmetricEncryption::RsaOaep { hash_alg } => self.abilities.hashes.contains(hash_alg),
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
        self.with_chip(|chip| asymmetric::encrypt(chip, key, alg, plaintext, label))
    }

    fn decrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Secret, ProviderError> {
        self.with_chip(|chip| asymmetric::decrypt(chip, key, alg, ciphertext, label))
    }

    fn random(&self, size: usize) -> Result<Secret, ProviderError> {
        self.with_chip(|chip| chip.random(size))
    }

    fn generate_bound(&self, input: &GenerateDeviceKey) -> Result<Secret, ProviderError> {
        let GenerateDeviceKey {
            attributes,
            attests,
            pcrs,
            ..
        } = input;
        self.with_chip(|chip| asymmetric::generate_bound(chip, attributes, *attests, *pcrs))
    }

    fn prepare_key_attestation(
        &self,
        attested_key: Option<&KeyContext>,
        attesting_key: Option<&KeyContext>,
        input: &PrepareKeyAttestation,
    ) -> Result<PrepareKeyAttestationOutput, ProviderError> {
        self.with_chip(|chip| attestation::prepare(chip, attested_key, attesting_key, input))
    }

    fn attest_key(
        &self,
        attested_key: &KeyContext,
        attesting_key: Option<&KeyContext>,
        input: &AttestKey,
    ) -> Result<AttestKeyOutput, ProviderError> {
        self.with_chip(|chip| attestation::activate(chip, attested_key, attesting_key, input))
    }

    fn certify_key(
        &self,
        key: &KeyContext,
        attesting_key: &KeyContext,
        nonce: &[u8],
    ) -> Result<CertifyKeyOutput, ProviderError> {
        self.with_chip(|chip| attestation::certify(chip, key, attesting_key, nonce))
    }

    fn quote(
        &self,
        attesting_key: &KeyContext,
        nonce: &[u8],
        pcrs: u32,
    ) -> Result<QuoteOutput, ProviderError> {
        self.with_chip(|chip| attestation::quote(chip, attesting_key, nonce, pcrs))
    }

    fn purge(&self, key: &KeyContext) -> Result<(), ProviderError> {
        self.with_chip(|chip| chip.unload(key.id))
    }

    /// The chip keeps nothing but what is loaded.
    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError> {
        match &mut *self.slot() {
            Some(chip) => chip.unload(key.id),
            None => Ok(()),
        }
    }
}

pub(crate) fn never_leaves() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorNotSupported,
        "keys of a TPM never leave it; make the key with another provider if it has to",
    )
}
