//! Serves the operations of a provider over an engine.

use std::fmt;

use parsec_contracts::operations::{
    AgreeBytes, AgreeBytesOutput, AgreeKey, AttestKey, AttestKeyOutput, CanDoCrypto,
    CanDoCryptoOutput, CertifyKey, CertifyKeyOutput, DeriveBytes, DeriveBytesOutput, DeriveKey,
    GenerateDeviceKey, GenerateVolatileKey, ImportVolatileKey, PrepareKeyAttestation,
    PrepareKeyAttestationOutput, PsaAeadDecrypt, PsaAeadDecryptOutput, PsaAeadDecryptSetup,
    PsaAeadEncrypt, PsaAeadEncryptOutput, PsaAeadEncryptSetup, PsaAsymmetricDecrypt,
    PsaAsymmetricDecryptOutput, PsaAsymmetricEncrypt, PsaAsymmetricEncryptOutput, PsaCipherDecrypt,
    PsaCipherDecryptOutput, PsaCipherDecryptSetup, PsaCipherEncrypt, PsaCipherEncryptOutput,
    PsaCipherEncryptSetup, PsaCopyKey, PsaDestroyKey, PsaDestroyKeyOutput, PsaExportKey,
    PsaExportKeyOutput, PsaExportPublicKey, PsaExportPublicKeyOutput, PsaGenerateKey,
    PsaGenerateRandom, PsaGenerateRandomOutput, PsaHashCompare, PsaHashCompareOutput,
    PsaHashCompute, PsaHashComputeOutput, PsaHashSetup, PsaImportKey, PsaMacCompute,
    PsaMacComputeOutput, PsaMacSignSetup, PsaMacVerify, PsaMacVerifyOutput, PsaMacVerifySetup,
    PsaPurgeKey, PsaPurgeKeyOutput, PsaRawKeyAgreement, PsaRawKeyAgreementOutput, PsaSignHash,
    PsaSignHashOutput, PsaSignMessage, PsaSignMessageOutput, PsaVerifyHash, PsaVerifyHashOutput,
    PsaVerifyMessage, PsaVerifyMessageOutput, Quote, QuoteOutput, SignHashes, SignHashesOutput,
    SignMessages, SignMessagesOutput, UnwrapKey, VerifyDerivation, VerifyDerivationOutput,
    VerifyHashes, VerifyHashesOutput, VerifyMessages, VerifyMessagesOutput, WrapKey, WrapKeyOutput,
};
use parsec_contracts::types::Aead;
use parsec_contracts::{Opcode, ProviderId, Secret};
use parsec_provider::{
    Counted, CreatedKey, KeyContext, Operations, Provider, ProviderError, Shown, Streaming, batch,
};
use subtle::ConstantTimeEq as _;

use crate::derivation::{self, Agreed, Keys};
use crate::engine::{AeadInput, Engine};
use crate::operation_group::opcodes;
use crate::{
    agreement, capability, encryption, hashing, key_wrap, keys, random, signing, symmetric,
};

/// A provider that serves the operations of the PSA Crypto API over an engine.
pub struct PsaProvider {
    engine: Box<dyn Engine>,
    opcodes: Vec<Opcode>,
}

impl fmt::Debug for PsaProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PsaProvider")
            .field("id", &self.engine.id())
            .finish_non_exhaustive()
    }
}

impl PsaProvider {
    /// Creates a provider over an engine.
    pub fn new(engine: impl Engine) -> Self {
        Self {
            opcodes: opcodes(engine.operation_groups()),
            engine: Box::new(engine),
        }
    }
}

impl PsaProvider {
    /// An error if the engine does not support the operation.
    fn need(&self, opcode: Opcode) -> Result<(), ProviderError> {
        if self.opcodes.contains(&opcode) {
            return Ok(());
        }
        Err(ProviderError::not_served(opcode))
    }
}

impl Provider for PsaProvider {
    fn id(&self) -> ProviderId {
        self.engine.id()
    }

    fn version(&self) -> (u32, u32, u32) {
        let part = |text: &str| text.parse().unwrap_or(0);
        (
            part(env!("CARGO_PKG_VERSION_MAJOR")),
            part(env!("CARGO_PKG_VERSION_MINOR")),
            part(env!("CARGO_PKG_VERSION_PATCH")),
        )
    }

    fn description(&self) -> String {
        self.engine.description()
    }

    fn opcodes(&self) -> &[Opcode] {
        &self.opcodes
    }

    fn workers(&self) -> usize {
        self.engine.workers()
    }

    fn counted(&self) -> Counted {
        self.engine.counted()
    }

    fn close(&self) {
        self.engine.close();
    }

    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError> {
        self.engine.forget(key)
    }

    fn object(&self, material: &Secret) -> Option<Vec<u8>> {
        self.engine.object(material)
    }

    fn objects(&self) -> Result<Option<Shown>, ProviderError> {
        self.engine.objects()
    }

    fn refresh(&self) -> Result<bool, ProviderError> {
        self.engine.refresh()
    }

    fn remove_object(&self, object: &[u8]) -> Result<bool, ProviderError> {
        self.engine.remove_object(object)
    }
}

impl Operations for PsaProvider {
    fn psa_generate_key(&self, input: &PsaGenerateKey) -> Result<CreatedKey, ProviderError> {
        keys::generate(&*self.engine, &input.attributes)
    }

    fn psa_import_key(&self, input: &PsaImportKey) -> Result<CreatedKey, ProviderError> {
        keys::import(&*self.engine, &input.attributes, &input.data)
    }

    fn psa_export_key(
        &self,
        key: &KeyContext,
        _input: &PsaExportKey,
    ) -> Result<PsaExportKeyOutput, ProviderError> {
        self.need(Opcode::PsaExportKey)?;
        Ok(PsaExportKeyOutput {
            data: keys::export(&*self.engine, key)?,
        })
    }

    fn psa_export_public_key(
        &self,
        key: &KeyContext,
        _input: &PsaExportPublicKey,
    ) -> Result<PsaExportPublicKeyOutput, ProviderError> {
        Ok(PsaExportPublicKeyOutput {
            data: keys::export_public(&*self.engine, key)?,
        })
    }

    fn psa_destroy_key(
        &self,
        key: &KeyContext,
        _input: &PsaDestroyKey,
    ) -> Result<PsaDestroyKeyOutput, ProviderError> {
        self.engine.destroy(key)?;
        Ok(PsaDestroyKeyOutput {})
    }

    fn psa_sign_hash(
        &self,
        key: &KeyContext,
        input: &PsaSignHash,
    ) -> Result<PsaSignHashOutput, ProviderError> {
        let signature = signing::sign_hash(&*self.engine, key, &input.alg, &input.hash)?;
        Ok(PsaSignHashOutput { signature })
    }

    fn psa_verify_hash(
        &self,
        key: &KeyContext,
        input: &PsaVerifyHash,
    ) -> Result<PsaVerifyHashOutput, ProviderError> {
        signing::verify_hash(
            &*self.engine,
            key,
            &input.alg,
            &input.hash,
            &input.signature,
        )?;
        Ok(PsaVerifyHashOutput {})
    }

    fn psa_sign_message(
        &self,
        key: &KeyContext,
        input: &PsaSignMessage,
    ) -> Result<PsaSignMessageOutput, ProviderError> {
        let signature = signing::sign_message(&*self.engine, key, &input.alg, &input.message)?;
        Ok(PsaSignMessageOutput { signature })
    }

    fn psa_verify_message(
        &self,
        key: &KeyContext,
        input: &PsaVerifyMessage,
    ) -> Result<PsaVerifyMessageOutput, ProviderError> {
        let (alg, signature) = (&input.alg, &input.signature);
        signing::verify_message(&*self.engine, key, alg, &input.message, signature)?;
        Ok(PsaVerifyMessageOutput {})
    }

    fn psa_hash_compute(
        &self,
        input: &PsaHashCompute,
    ) -> Result<PsaHashComputeOutput, ProviderError> {
        Ok(PsaHashComputeOutput {
            hash: hashing::compute(input.alg, &input.input)?,
        })
    }

    fn psa_hash_compare(
        &self,
        input: &PsaHashCompare,
    ) -> Result<PsaHashCompareOutput, ProviderError> {
        hashing::compare(input.alg, &input.input, &input.hash)?;
        Ok(PsaHashCompareOutput {})
    }

    fn psa_generate_random(
        &self,
        input: &PsaGenerateRandom,
    ) -> Result<PsaGenerateRandomOutput, ProviderError> {
        Ok(PsaGenerateRandomOutput {
            random_bytes: random::generate(&*self.engine, input.size)?,
        })
    }

    fn psa_asymmetric_encrypt(
        &self,
        key: &KeyContext,
        input: &PsaAsymmetricEncrypt,
    ) -> Result<PsaAsymmetricEncryptOutput, ProviderError> {
        let (alg, label) = (&input.alg, &input.salt);
        Ok(PsaAsymmetricEncryptOutput {
            ciphertext: encryption::encrypt(&*self.engine, key, alg, &input.plaintext, label)?,
        })
    }

    fn psa_asymmetric_decrypt(
        &self,
        key: &KeyContext,
        input: &PsaAsymmetricDecrypt,
    ) -> Result<PsaAsymmetricDecryptOutput, ProviderError> {
        let (alg, label) = (&input.alg, &input.salt);
        Ok(PsaAsymmetricDecryptOutput {
            plaintext: encryption::decrypt(&*self.engine, key, alg, &input.ciphertext, label)?,
        })
    }

    fn psa_mac_compute(
        &self,
        key: &KeyContext,
        input: &PsaMacCompute,
    ) -> Result<PsaMacComputeOutput, ProviderError> {
        Ok(PsaMacComputeOutput {
            mac: self.engine.secrets().mac(key, &input.alg, &input.input)?,
        })
    }

    fn psa_mac_verify(
        &self,
        key: &KeyContext,
        input: &PsaMacVerify,
    ) -> Result<PsaMacVerifyOutput, ProviderError> {
        let mac = self.engine.secrets().mac(key, &input.alg, &input.input)?;
        if mac.ct_eq(&input.mac).into() {
            return Ok(PsaMacVerifyOutput {});
        }
        Err(symmetric::no_match("code"))
    }

    fn psa_cipher_encrypt(
        &self,
        key: &KeyContext,
        input: &PsaCipherEncrypt,
    ) -> Result<PsaCipherEncryptOutput, ProviderError> {
        let secrets = self.engine.secrets();
        Ok(PsaCipherEncryptOutput {
            ciphertext: secrets.encrypt(key, input.alg, &input.plaintext)?,
        })
    }

    fn psa_cipher_decrypt(
        &self,
        key: &KeyContext,
        input: &PsaCipherDecrypt,
    ) -> Result<PsaCipherDecryptOutput, ProviderError> {
        let secrets = self.engine.secrets();
        Ok(PsaCipherDecryptOutput {
            plaintext: secrets.decrypt(key, input.alg, &input.ciphertext)?,
        })
    }

    fn psa_aead_encrypt(
        &self,
        key: &KeyContext,
        input: &PsaAeadEncrypt,
    ) -> Result<PsaAeadEncryptOutput, ProviderError> {
        self.need(Opcode::PsaAeadEncrypt)?;
        let request = aead_input(key, &input.alg, &input.nonce, &input.additional_data);
        Ok(PsaAeadEncryptOutput {
            ciphertext: self.engine.secrets().seal(&request, &input.plaintext)?,
        })
    }

    fn psa_aead_decrypt(
        &self,
        key: &KeyContext,
        input: &PsaAeadDecrypt,
    ) -> Result<PsaAeadDecryptOutput, ProviderError> {
        self.need(Opcode::PsaAeadDecrypt)?;
        let request = aead_input(key, &input.alg, &input.nonce, &input.additional_data);
        Ok(PsaAeadDecryptOutput {
            plaintext: self.engine.secrets().open(&request, &input.ciphertext)?,
        })
    }

    fn psa_hash_setup(&self, input: &PsaHashSetup) -> Result<Box<dyn Streaming>, ProviderError> {
        hashing::begin(input.alg)
    }

    fn psa_mac_sign_setup(
        &self,
        key: &KeyContext,
        input: &PsaMacSignSetup,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        self.need(Opcode::PsaMacSignSetup)?;
        self.engine.secrets().begin_mac(key, &input.alg)
    }

    fn psa_mac_verify_setup(
        &self,
        key: &KeyContext,
        input: &PsaMacVerifySetup,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        self.need(Opcode::PsaMacVerifySetup)?;
        self.engine.secrets().begin_mac(key, &input.alg)
    }

    fn psa_cipher_encrypt_setup(
        &self,
        key: &KeyContext,
        input: &PsaCipherEncryptSetup,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        self.need(Opcode::PsaCipherEncryptSetup)?;
        self.engine.secrets().begin_encryption(key, input.alg)
    }

    fn psa_cipher_decrypt_setup(
        &self,
        key: &KeyContext,
        input: &PsaCipherDecryptSetup,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        self.need(Opcode::PsaCipherDecryptSetup)?;
        self.engine.secrets().begin_decryption(key, input.alg)
    }

    fn psa_aead_encrypt_setup(
        &self,
        key: &KeyContext,
        input: &PsaAeadEncryptSetup,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        self.need(Opcode::PsaAeadEncryptSetup)?;
        let request = aead_input(key, &input.alg, &input.nonce, &input.additional_data);
        self.engine
            .secrets()
            .begin_seal(&request, input.plaintext_length)
    }

    fn psa_aead_decrypt_setup(
        &self,
        key: &KeyContext,
        input: &PsaAeadDecryptSetup,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        self.need(Opcode::PsaAeadDecryptSetup)?;
        let request = aead_input(key, &input.alg, &input.nonce, &input.additional_data);
        self.engine
            .secrets()
            .begin_open(&request, input.plaintext_length)
    }

    fn psa_raw_key_agreement(
        &self,
        private_key: &KeyContext,
        input: &PsaRawKeyAgreement,
    ) -> Result<PsaRawKeyAgreementOutput, ProviderError> {
        Ok(PsaRawKeyAgreementOutput {
            shared_secret: agreement::agree(
                &*self.engine,
                private_key,
                input.alg,
                &input.peer_key,
            )?,
        })
    }

    fn generate_device_key(&self, input: &GenerateDeviceKey) -> Result<CreatedKey, ProviderError> {
        self.need(Opcode::GenerateDeviceKey)?;
        keys::generate_bound(&*self.engine, input)
    }

    fn certify_key(
        &self,
        key: &KeyContext,
        attesting_key: &KeyContext,
        input: &CertifyKey,
    ) -> Result<CertifyKeyOutput, ProviderError> {
        self.need(Opcode::CertifyKey)?;
        self.engine.certify_key(key, attesting_key, &input.nonce)
    }

    fn quote(
        &self,
        attesting_key: &KeyContext,
        input: &Quote,
    ) -> Result<QuoteOutput, ProviderError> {
        self.need(Opcode::Quote)?;
        self.engine.quote(attesting_key, &input.nonce, input.pcrs)
    }

    fn generate_volatile_key(
        &self,
        input: &GenerateVolatileKey,
    ) -> Result<CreatedKey, ProviderError> {
        keys::generate(&*self.engine, &input.attributes)
    }

    fn import_volatile_key(&self, input: &ImportVolatileKey) -> Result<CreatedKey, ProviderError> {
        keys::import(&*self.engine, &input.attributes, &input.data)
    }

    fn psa_copy_key(
        &self,
        source_key: &KeyContext,
        input: &PsaCopyKey,
    ) -> Result<CreatedKey, ProviderError> {
        keys::copy(&*self.engine, source_key, &input.attributes)
    }

    fn psa_purge_key(
        &self,
        key: &KeyContext,
        _input: &PsaPurgeKey,
    ) -> Result<PsaPurgeKeyOutput, ProviderError> {
        self.engine.purge(key)?;
        Ok(PsaPurgeKeyOutput {})
    }

    fn wrap_key(
        &self,
        wrapping_key: &KeyContext,
        key: &KeyContext,
        input: &WrapKey,
    ) -> Result<WrapKeyOutput, ProviderError> {
        self.need(Opcode::WrapKey)?;
        Ok(WrapKeyOutput {
            data: key_wrap::wrap(
                &self.engine.secrets().export(wrapping_key)?,
                input.alg,
                &keys::export(&*self.engine, key)?,
            )?,
        })
    }

    fn unwrap_key(
        &self,
        wrapping_key: &KeyContext,
        input: &UnwrapKey,
    ) -> Result<CreatedKey, ProviderError> {
        self.need(Opcode::UnwrapKey)?;
        let wrapping_key = self.engine.secrets().export(wrapping_key)?;
        let data = key_wrap::unwrap(&wrapping_key, input.alg, &input.data)?;
        keys::import(&*self.engine, &input.attributes, &data)
    }

    fn derive_bytes(
        &self,
        secret: Option<&KeyContext>,
        other_secret: Option<&KeyContext>,
        salt: Option<&KeyContext>,
        input: &DeriveBytes,
    ) -> Result<DeriveBytesOutput, ProviderError> {
        let keys = Keys {
            secret,
            other_secret,
            salt,
        };
        Ok(DeriveBytesOutput {
            data: derivation::bytes(
                self.engine.secrets(),
                &input.alg,
                &input.inputs,
                &keys,
                input.length,
            )?,
        })
    }

    fn derive_key(
        &self,
        secret: Option<&KeyContext>,
        other_secret: Option<&KeyContext>,
        salt: Option<&KeyContext>,
        input: &DeriveKey,
    ) -> Result<CreatedKey, ProviderError> {
        let keys = Keys {
            secret,
            other_secret,
            salt,
        };
        derivation::key(
            &*self.engine,
            &input.alg,
            &input.inputs,
            &keys,
            &input.attributes,
        )
    }

    fn verify_derivation(
        &self,
        secret: Option<&KeyContext>,
        other_secret: Option<&KeyContext>,
        salt: Option<&KeyContext>,
        input: &VerifyDerivation,
    ) -> Result<VerifyDerivationOutput, ProviderError> {
        let keys = Keys {
            secret,
            other_secret,
            salt,
        };
        derivation::verify(
            self.engine.secrets(),
            &input.alg,
            &input.inputs,
            &keys,
            &input.expected,
        )?;
        Ok(VerifyDerivationOutput {})
    }

    fn agree_bytes(
        &self,
        private_key: &KeyContext,
        other_secret: Option<&KeyContext>,
        salt: Option<&KeyContext>,
        input: &AgreeBytes,
    ) -> Result<AgreeBytesOutput, ProviderError> {
        let agreed = Agreed {
            alg: &input.alg,
            private_key,
            peer_key: &input.peer_key,
            inputs: &input.inputs,
            keys: Keys {
                secret: None,
                other_secret,
                salt,
            },
        };
        Ok(AgreeBytesOutput {
            data: agreed.bytes(&*self.engine, input.length)?,
        })
    }

    fn agree_key(
        &self,
        private_key: &KeyContext,
        other_secret: Option<&KeyContext>,
        salt: Option<&KeyContext>,
        input: &AgreeKey,
    ) -> Result<CreatedKey, ProviderError> {
        let agreed = Agreed {
            alg: &input.alg,
            private_key,
            peer_key: &input.peer_key,
            inputs: &input.inputs,
            keys: Keys {
                secret: None,
                other_secret,
                salt,
            },
        };
        agreed.key(&*self.engine, &input.attributes)
    }

    fn sign_hashes(
        &self,
        key: &KeyContext,
        input: &SignHashes,
    ) -> Result<SignHashesOutput, ProviderError> {
        let signatures = batch::sign_each(&input.hashes, |hash| {
            signing::sign_hash(&*self.engine, key, &input.alg, hash)
        })?;
        Ok(SignHashesOutput { signatures })
    }

    fn verify_hashes(
        &self,
        key: &KeyContext,
        input: &VerifyHashes,
    ) -> Result<VerifyHashesOutput, ProviderError> {
        let valid = batch::verify_each(&input.hashes, &input.signatures, |hash, signature| {
            signing::verify_hash(&*self.engine, key, &input.alg, hash, signature)
        })?;
        Ok(VerifyHashesOutput { valid })
    }

    fn sign_messages(
        &self,
        key: &KeyContext,
        input: &SignMessages,
    ) -> Result<SignMessagesOutput, ProviderError> {
        let signatures = batch::sign_each(&input.messages, |message| {
            signing::sign_message(&*self.engine, key, &input.alg, message)
        })?;
        Ok(SignMessagesOutput { signatures })
    }

    fn verify_messages(
        &self,
        key: &KeyContext,
        input: &VerifyMessages,
    ) -> Result<VerifyMessagesOutput, ProviderError> {
        let valid =
            batch::verify_each(&input.messages, &input.signatures, |message, signature| {
                signing::verify_message(&*self.engine, key, &input.alg, message, signature)
            })?;
        Ok(VerifyMessagesOutput { valid })
    }

    fn prepare_key_attestation(
        &self,
        attested_key: Option<&KeyContext>,
        attesting_key: Option<&KeyContext>,
        input: &PrepareKeyAttestation,
    ) -> Result<PrepareKeyAttestationOutput, ProviderError> {
        self.engine
            .prepare_key_attestation(attested_key, attesting_key, input)
    }

    fn attest_key(
        &self,
        attested_key: &KeyContext,
        attesting_key: Option<&KeyContext>,
        input: &AttestKey,
    ) -> Result<AttestKeyOutput, ProviderError> {
        self.engine.attest_key(attested_key, attesting_key, input)
    }

    fn can_do_crypto(&self, input: &CanDoCrypto) -> Result<CanDoCryptoOutput, ProviderError> {
        capability::check(&*self.engine, input.check_type, &input.attributes)?;
        Ok(CanDoCryptoOutput {})
    }
}

fn aead_input<'a>(
    key: &'a KeyContext,
    alg: &'a Aead,
    nonce: &'a [u8],
    additional_data: &'a [u8],
) -> AeadInput<'a> {
    AeadInput {
        key,
        alg,
        nonce,
        additional_data,
    }
}
