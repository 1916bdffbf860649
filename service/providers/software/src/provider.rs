//! The provider: which method does what.

use std::fmt;
use std::thread;

use parsec_contracts::operations::{
    AgreeBytes, AgreeBytesOutput, AgreeKey, CanDoCrypto, CanDoCryptoOutput, DeriveBytes,
    DeriveBytesOutput, DeriveKey, GenerateVolatileKey, ImportVolatileKey, PsaAeadDecrypt,
    PsaAeadDecryptOutput, PsaAeadDecryptSetup, PsaAeadEncrypt, PsaAeadEncryptOutput,
    PsaAeadEncryptSetup, PsaAsymmetricDecrypt, PsaAsymmetricDecryptOutput, PsaAsymmetricEncrypt,
    PsaAsymmetricEncryptOutput, PsaCipherDecrypt, PsaCipherDecryptOutput, PsaCipherDecryptSetup,
    PsaCipherEncrypt, PsaCipherEncryptOutput, PsaCipherEncryptSetup, PsaCopyKey, PsaDestroyKey,
    PsaDestroyKeyOutput, PsaExportKey, PsaExportKeyOutput, PsaExportPublicKey,
    PsaExportPublicKeyOutput, PsaGenerateKey, PsaGenerateRandom, PsaGenerateRandomOutput,
    PsaHashCompare, PsaHashCompareOutput, PsaHashCompute, PsaHashComputeOutput, PsaHashSetup,
    PsaImportKey, PsaMacCompute, PsaMacComputeOutput, PsaMacSignSetup, PsaMacVerify,
    PsaMacVerifyOutput, PsaMacVerifySetup, PsaPurgeKey, PsaPurgeKeyOutput, PsaRawKeyAgreement,
    PsaRawKeyAgreementOutput, PsaSignHash, PsaSignHashOutput, PsaSignMessage, PsaSignMessageOutput,
    PsaVerifyHash, PsaVerifyHashOutput, PsaVerifyMessage, PsaVerifyMessageOutput, SignHashes,
    SignHashesOutput, SignMessages, SignMessagesOutput, UnwrapKey, VerifyDerivation,
    VerifyDerivationOutput, VerifyHashes, VerifyHashesOutput, VerifyMessages, VerifyMessagesOutput,
    WrapKey, WrapKeyOutput,
};
use parsec_contracts::types::{Aead, Mac};
use parsec_contracts::{Opcode, ProviderId};
use parsec_provider::{
    CreatedKey, KeyContext, Operations, Provider, ProviderError, Streaming, batch,
};

use crate::derivation::{self, Agreed, Keys};
use crate::engine::{self, Engine};
use crate::symmetric::{self, Direction, aead, cipher, mac};
use crate::{agreement, capability, encryption, hashing, key_wrap, keys, random, signing};

/// The bytes that one answer may hold, unless configured otherwise.
const OUTPUT_LIMIT: usize = 1024 * 1024;

/// The software provider.
///
/// Several may live in one process; they share the library's lock, but no keys.
pub struct SoftwareProvider {
    engine: Box<dyn Engine>,
    output_limit: usize,
}

impl fmt::Debug for SoftwareProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftwareProvider")
            .field("output_limit", &self.output_limit)
            .finish_non_exhaustive()
    }
}

impl SoftwareProvider {
    /// Starts the provider.
    ///
    /// # Errors
    ///
    /// The library's status if it does not start, for example for want of entropy.
    pub fn new() -> Result<Self, ProviderError> {
        Ok(Self {
            engine: engine::start()?,
            output_limit: OUTPUT_LIMIT,
        })
    }

    /// Sets the bytes that one answer may hold; 1 MiB if this is not called.
    #[must_use]
    pub fn with_output_limit(self, bytes: usize) -> Self {
        Self {
            output_limit: bytes,
            ..self
        }
    }
}

impl Provider for SoftwareProvider {
    fn id(&self) -> ProviderId {
        ProviderId::Software
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
        self.id().description().to_owned()
    }

    fn opcodes(&self) -> &'static [Opcode] {
        &[
            Opcode::PsaGenerateKey,
            Opcode::PsaDestroyKey,
            Opcode::PsaSignHash,
            Opcode::PsaVerifyHash,
            Opcode::PsaImportKey,
            Opcode::PsaExportPublicKey,
            Opcode::PsaExportKey,
            Opcode::PsaGenerateRandom,
            Opcode::PsaHashCompute,
            Opcode::PsaHashCompare,
            Opcode::PsaSignMessage,
            Opcode::PsaVerifyMessage,
            Opcode::CanDoCrypto,
            Opcode::PsaRawKeyAgreement,
            Opcode::PsaAsymmetricEncrypt,
            Opcode::PsaAsymmetricDecrypt,
            Opcode::PsaMacCompute,
            Opcode::PsaMacVerify,
            Opcode::PsaCipherEncrypt,
            Opcode::PsaCipherDecrypt,
            Opcode::PsaAeadEncrypt,
            Opcode::PsaAeadDecrypt,
            Opcode::PsaHashSetup,
            Opcode::PsaMacSignSetup,
            Opcode::PsaMacVerifySetup,
            Opcode::PsaCipherEncryptSetup,
            Opcode::PsaCipherDecryptSetup,
            Opcode::PsaAeadEncryptSetup,
            Opcode::PsaAeadDecryptSetup,
            Opcode::PsaCopyKey,
            Opcode::PsaPurgeKey,
            Opcode::GenerateVolatileKey,
            Opcode::ImportVolatileKey,
            Opcode::WrapKey,
            Opcode::UnwrapKey,
            Opcode::DeriveBytes,
            Opcode::DeriveKey,
            Opcode::VerifyDerivation,
            Opcode::AgreeBytes,
            Opcode::AgreeKey,
            Opcode::SignHashes,
            Opcode::VerifyHashes,
            Opcode::SignMessages,
            Opcode::VerifyMessages,
        ]
    }

    fn workers(&self) -> usize {
        thread::available_parallelism().map_or(1, usize::from)
    }

    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError> {
        self.engine.forget(key.id)
    }
}

impl Operations for SoftwareProvider {
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
        Ok(PsaExportKeyOutput {
            data: key.material.clone(),
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
        self.forget(key)?;
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
        let hash = signing::hash_message(&input.alg, &input.message)?;
        let signature = signing::sign_hash(&*self.engine, key, &input.alg, &hash)?;
        Ok(PsaSignMessageOutput { signature })
    }

    fn psa_verify_message(
        &self,
        key: &KeyContext,
        input: &PsaVerifyMessage,
    ) -> Result<PsaVerifyMessageOutput, ProviderError> {
        let hash = signing::hash_message(&input.alg, &input.message)?;
        signing::verify_hash(&*self.engine, key, &input.alg, &hash, &input.signature)?;
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
            random_bytes: random::generate(input.size, self.output_limit)?,
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
        let stream = authentication(key, &input.alg)?;
        Ok(PsaMacComputeOutput {
            mac: symmetric::whole(stream, &input.input)?.into_vec(),
        })
    }

    fn psa_mac_verify(
        &self,
        key: &KeyContext,
        input: &PsaMacVerify,
    ) -> Result<PsaMacVerifyOutput, ProviderError> {
        let mut stream = authentication(key, &input.alg)?;
        stream.update(&input.input)?;
        stream.verify(&input.mac)?;
        Ok(PsaMacVerifyOutput {})
    }

    fn psa_cipher_encrypt(
        &self,
        key: &KeyContext,
        input: &PsaCipherEncrypt,
    ) -> Result<PsaCipherEncryptOutput, ProviderError> {
        let stream =
            cipher::encryption(&key.attributes.key_type, key.material.expose(), input.alg)?;
        Ok(PsaCipherEncryptOutput {
            ciphertext: symmetric::whole(stream, input.plaintext.expose())?.into_vec(),
        })
    }

    fn psa_cipher_decrypt(
        &self,
        key: &KeyContext,
        input: &PsaCipherDecrypt,
    ) -> Result<PsaCipherDecryptOutput, ProviderError> {
        let stream =
            cipher::decryption(&key.attributes.key_type, key.material.expose(), input.alg)?;
        Ok(PsaCipherDecryptOutput {
            plaintext: symmetric::whole(stream, &input.ciphertext)?,
        })
    }

    fn psa_aead_encrypt(
        &self,
        key: &KeyContext,
        input: &PsaAeadEncrypt,
    ) -> Result<PsaAeadEncryptOutput, ProviderError> {
        let request = sealing(key, &input.alg, &input.nonce, &input.additional_data);
        Ok(PsaAeadEncryptOutput {
            ciphertext: aead::encrypt(&request, &input.plaintext)?,
        })
    }

    fn psa_aead_decrypt(
        &self,
        key: &KeyContext,
        input: &PsaAeadDecrypt,
    ) -> Result<PsaAeadDecryptOutput, ProviderError> {
        let request = sealing(key, &input.alg, &input.nonce, &input.additional_data);
        Ok(PsaAeadDecryptOutput {
            plaintext: aead::decrypt(&request, &input.ciphertext)?,
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
        authentication(key, &input.alg)
    }

    fn psa_mac_verify_setup(
        &self,
        key: &KeyContext,
        input: &PsaMacVerifySetup,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        authentication(key, &input.alg)
    }

    fn psa_cipher_encrypt_setup(
        &self,
        key: &KeyContext,
        input: &PsaCipherEncryptSetup,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        cipher::encryption(&key.attributes.key_type, key.material.expose(), input.alg)
    }

    fn psa_cipher_decrypt_setup(
        &self,
        key: &KeyContext,
        input: &PsaCipherDecryptSetup,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        cipher::decryption(&key.attributes.key_type, key.material.expose(), input.alg)
    }

    fn psa_aead_encrypt_setup(
        &self,
        key: &KeyContext,
        input: &PsaAeadEncryptSetup,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        let request = sealing(key, &input.alg, &input.nonce, &input.additional_data);
        aead::begin(&request, Direction::Encrypt, input.plaintext_length)
    }

    fn psa_aead_decrypt_setup(
        &self,
        key: &KeyContext,
        input: &PsaAeadDecryptSetup,
    ) -> Result<Box<dyn Streaming>, ProviderError> {
        let request = sealing(key, &input.alg, &input.nonce, &input.additional_data);
        aead::begin(&request, Direction::Decrypt, input.plaintext_length)
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
        keys::copy(source_key, &input.attributes)
    }

    fn psa_purge_key(
        &self,
        key: &KeyContext,
        _input: &PsaPurgeKey,
    ) -> Result<PsaPurgeKeyOutput, ProviderError> {
        self.engine.purge(key.id)?;
        Ok(PsaPurgeKeyOutput {})
    }

    fn wrap_key(
        &self,
        wrapping_key: &KeyContext,
        key: &KeyContext,
        input: &WrapKey,
    ) -> Result<WrapKeyOutput, ProviderError> {
        Ok(WrapKeyOutput {
            data: key_wrap::wrap(wrapping_key, input.alg, &key.material)?,
        })
    }

    fn unwrap_key(
        &self,
        wrapping_key: &KeyContext,
        input: &UnwrapKey,
    ) -> Result<CreatedKey, ProviderError> {
        let data = key_wrap::unwrap(wrapping_key, input.alg, &input.data)?;
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
            data: derivation::bytes(&input.alg, &input.inputs, &keys, input.length)?,
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
        derivation::verify(&input.alg, &input.inputs, &keys, &input.expected)?;
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
        let sign = |hash: &Vec<u8>| signing::sign_hash(&*self.engine, key, &input.alg, hash);
        Ok(SignHashesOutput {
            signatures: input.hashes.iter().map(sign).collect::<Result<_, _>>()?,
        })
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
        let sign = |message: &Vec<u8>| {
            let hash = signing::hash_message(&input.alg, message)?;
            signing::sign_hash(&*self.engine, key, &input.alg, &hash)
        };
        Ok(SignMessagesOutput {
            signatures: input.messages.iter().map(sign).collect::<Result<_, _>>()?,
        })
    }

    fn verify_messages(
        &self,
        key: &KeyContext,
        input: &VerifyMessages,
    ) -> Result<VerifyMessagesOutput, ProviderError> {
        let valid =
            batch::verify_each(&input.messages, &input.signatures, |message, signature| {
                let hash = signing::hash_message(&input.alg, message)?;
                signing::verify_hash(&*self.engine, key, &input.alg, &hash, signature)
            })?;
        Ok(VerifyMessagesOutput { valid })
    }

    fn can_do_crypto(&self, input: &CanDoCrypto) -> Result<CanDoCryptoOutput, ProviderError> {
        capability::check(&*self.engine, input.check_type, &input.attributes)?;
        Ok(CanDoCryptoOutput {})
    }
}

fn authentication(key: &KeyContext, alg: &Mac) -> Result<Box<dyn Streaming>, ProviderError> {
    mac::begin(&key.attributes.key_type, key.material.expose(), alg)
}

fn sealing<'a>(
    key: &'a KeyContext,
    alg: &'a Aead,
    nonce: &'a [u8],
    additional_data: &'a [u8],
) -> aead::Request<'a> {
    aead::Request {
        key_type: &key.attributes.key_type,
        key: key.material.expose(),
        alg,
        nonce,
        additional_data,
    }
}
