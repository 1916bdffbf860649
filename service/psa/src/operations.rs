//! Serves each operation of a provider with an engine.

use parsec_contracts::{Opcode, operations, types::Aead};
use parsec_provider::{CreatedKey, KeyContext, Operations, ProviderError, Streaming, batch};
use subtle::ConstantTimeEq as _;

use crate::derivation::{self, Agreed, Keys};
use crate::engine::AeadInput;
use crate::provider::PsaProvider;
use crate::{
    agreement, capability, encryption, hashing, key_wrap, keys, random, signing, symmetric,
};

/// Implements the method of one operation: `method(engine, keys; input: Input) -> …`.
///
/// The result is an output with its fields, an empty output `after` a call, or `=` the result of a
/// call. An operation that the engine does not support is rejected first.
macro_rules! serve {
    ($method:ident($engine:ident $(, $key:ident: $kind:ty)*; $input:ident: $in:ident)
        -> $out:ident { $($field:ident: $value:expr),* }) => {
        fn $method(&self, $($key: $kind,)* $input: &operations::$in)
            -> Result<operations::$out, ProviderError> {
            let $engine = self.engine_for(Opcode::$in)?;
            Ok(operations::$out { $($field: $value),* })
        }
    };
    ($method:ident($engine:ident $(, $key:ident: $kind:ty)*; $input:ident: $in:ident)
        -> $out:ident after $call:expr) => {
        fn $method(&self, $($key: $kind,)* $input: &operations::$in)
            -> Result<operations::$out, ProviderError> {
            let $engine = self.engine_for(Opcode::$in)?;
            $call?;
            Ok(operations::$out {})
        }
    };
    ($method:ident($engine:ident $(, $key:ident: $kind:ty)*; $input:ident: $in:ident)
        -> $out:ty = $call:expr) => {
        fn $method(&self, $($key: $kind,)* $input: &operations::$in)
            -> Result<$out, ProviderError> {
            let $engine = self.engine_for(Opcode::$in)?;
            $call
        }
    };
}

impl Operations for PsaProvider {
    // Keys.
    serve!(psa_generate_key(engine; input: PsaGenerateKey) -> CreatedKey =
        keys::generate(engine, &input.attributes));
    serve!(psa_import_key(engine; input: PsaImportKey) -> CreatedKey =
        keys::import(engine, &input.attributes, &input.data));
    serve!(generate_volatile_key(engine; input: GenerateVolatileKey) -> CreatedKey =
        keys::generate(engine, &input.attributes));
    serve!(import_volatile_key(engine; input: ImportVolatileKey) -> CreatedKey =
        keys::import(engine, &input.attributes, &input.data));
    serve!(psa_copy_key(engine, source: &KeyContext; input: PsaCopyKey) -> CreatedKey =
        keys::copy(engine, source, &input.attributes));
    serve!(psa_export_key(engine, key: &KeyContext; _input: PsaExportKey) -> PsaExportKeyOutput {
        data: keys::export(engine, key)?
    });
    serve!(psa_export_public_key(engine, key: &KeyContext; _input: PsaExportPublicKey)
        -> PsaExportPublicKeyOutput { data: keys::export_public(engine, key)? });
    serve!(psa_destroy_key(engine, key: &KeyContext; _input: PsaDestroyKey)
        -> PsaDestroyKeyOutput after engine.destroy(key));
    serve!(psa_purge_key(engine, key: &KeyContext; _input: PsaPurgeKey)
        -> PsaPurgeKeyOutput after engine.purge(key));
    serve!(can_do_crypto(engine; input: CanDoCrypto) -> CanDoCryptoOutput after
        capability::check(engine, input.check_type, &input.attributes));

    // Key wrap.
    serve!(wrap_key(engine, wrapping_key: &KeyContext, key: &KeyContext; input: WrapKey)
        -> WrapKeyOutput {
        data: key_wrap::wrap(
            &engine.secrets().export(wrapping_key)?,
            input.alg,
            &keys::export(engine, key)?
        )?
    });
    serve!(unwrap_key(engine, wrapping_key: &KeyContext; input: UnwrapKey) -> CreatedKey = {
        let wrapping_key = engine.secrets().export(wrapping_key)?;
        let data = key_wrap::unwrap(&wrapping_key, input.alg, &input.data)?;
        keys::import(engine, &input.attributes, &data)
    });

    // Signatures.
    serve!(psa_sign_hash(engine, key: &KeyContext; input: PsaSignHash) -> PsaSignHashOutput {
        signature: signing::sign_hash(engine, key, &input.alg, &input.hash)?
    });
    serve!(psa_verify_hash(engine, key: &KeyContext; input: PsaVerifyHash)
        -> PsaVerifyHashOutput after
        signing::verify_hash(engine, key, &input.alg, &input.hash, &input.signature));
    serve!(psa_sign_message(engine, key: &KeyContext; input: PsaSignMessage)
        -> PsaSignMessageOutput {
        signature: signing::sign_message(engine, key, &input.alg, &input.message)?
    });
    serve!(psa_verify_message(engine, key: &KeyContext; input: PsaVerifyMessage)
        -> PsaVerifyMessageOutput after
        signing::verify_message(engine, key, &input.alg, &input.message, &input.signature));
    serve!(sign_hashes(engine, key: &KeyContext; input: SignHashes) -> SignHashesOutput {
        signatures: batch::sign_each(&input.hashes, |hash| {
            signing::sign_hash(engine, key, &input.alg, hash)
        })?
    });
    serve!(verify_hashes(engine, key: &KeyContext; input: VerifyHashes) -> VerifyHashesOutput {
        valid: batch::verify_each(&input.hashes, &input.signatures, |hash, signature| {
            signing::verify_hash(engine, key, &input.alg, hash, signature)
        })?
    });
    serve!(sign_messages(engine, key: &KeyContext; input: SignMessages) -> SignMessagesOutput {
        signatures: batch::sign_each(&input.messages, |message| {
            signing::sign_message(engine, key, &input.alg, message)
        })?
    });
    serve!(verify_messages(engine, key: &KeyContext; input: VerifyMessages)
        -> VerifyMessagesOutput {
        valid: batch::verify_each(&input.messages, &input.signatures, |message, signature| {
            signing::verify_message(engine, key, &input.alg, message, signature)
        })?
    });

    // Hashes and random bytes.
    serve!(psa_hash_compute(_engine; input: PsaHashCompute) -> PsaHashComputeOutput {
        hash: hashing::compute(input.alg, &input.input)?
    });
    serve!(psa_hash_compare(_engine; input: PsaHashCompare) -> PsaHashCompareOutput after
        hashing::compare(input.alg, &input.input, &input.hash));
    serve!(psa_hash_setup(_engine; input: PsaHashSetup) -> Box<dyn Streaming> =
        hashing::begin(input.alg));
    serve!(psa_generate_random(engine; input: PsaGenerateRandom) -> PsaGenerateRandomOutput {
        random_bytes: random::generate(engine, input.size)?
    });

    // Asymmetric encryption.
    serve!(psa_asymmetric_encrypt(engine, key: &KeyContext; input: PsaAsymmetricEncrypt)
        -> PsaAsymmetricEncryptOutput {
        ciphertext: encryption::encrypt(engine, key, &input.alg, &input.plaintext, &input.salt)?
    });
    serve!(psa_asymmetric_decrypt(engine, key: &KeyContext; input: PsaAsymmetricDecrypt)
        -> PsaAsymmetricDecryptOutput {
        plaintext: encryption::decrypt(engine, key, &input.alg, &input.ciphertext, &input.salt)?
    });

    // Message authentication codes.
    serve!(psa_mac_compute(engine, key: &KeyContext; input: PsaMacCompute) -> PsaMacComputeOutput {
        mac: engine.secrets().mac(key, &input.alg, &input.input)?
    });
    serve!(psa_mac_verify(engine, key: &KeyContext; input: PsaMacVerify)
        -> PsaMacVerifyOutput after {
        let mac = engine.secrets().mac(key, &input.alg, &input.input)?;
        match bool::from(mac.ct_eq(&input.mac)) {
            true => Ok(()),
            false => Err(symmetric::no_match("code")),
        }
    });
    serve!(psa_mac_sign_setup(engine, key: &KeyContext; input: PsaMacSignSetup)
        -> Box<dyn Streaming> = engine.secrets().begin_mac(key, &input.alg));
    serve!(psa_mac_verify_setup(engine, key: &KeyContext; input: PsaMacVerifySetup)
        -> Box<dyn Streaming> = engine.secrets().begin_mac(key, &input.alg));

    // Unauthenticated ciphers.
    serve!(psa_cipher_encrypt(engine, key: &KeyContext; input: PsaCipherEncrypt)
        -> PsaCipherEncryptOutput {
        ciphertext: engine.secrets().encrypt(key, input.alg, &input.plaintext)?
    });
    serve!(psa_cipher_decrypt(engine, key: &KeyContext; input: PsaCipherDecrypt)
        -> PsaCipherDecryptOutput {
        plaintext: engine.secrets().decrypt(key, input.alg, &input.ciphertext)?
    });
    serve!(psa_cipher_encrypt_setup(engine, key: &KeyContext; input: PsaCipherEncryptSetup)
        -> Box<dyn Streaming> = engine.secrets().begin_encryption(key, input.alg));
    serve!(psa_cipher_decrypt_setup(engine, key: &KeyContext; input: PsaCipherDecryptSetup)
        -> Box<dyn Streaming> = engine.secrets().begin_decryption(key, input.alg));

    // Authenticated encryption.
    serve!(psa_aead_encrypt(engine, key: &KeyContext; input: PsaAeadEncrypt)
        -> PsaAeadEncryptOutput {
        ciphertext: engine.secrets().seal(
            &aead_input(key, &input.alg, &input.nonce, &input.additional_data),
            &input.plaintext
        )?
    });
    serve!(psa_aead_decrypt(engine, key: &KeyContext; input: PsaAeadDecrypt)
        -> PsaAeadDecryptOutput {
        plaintext: engine.secrets().open(
            &aead_input(key, &input.alg, &input.nonce, &input.additional_data),
            &input.ciphertext
        )?
    });
    serve!(psa_aead_encrypt_setup(engine, key: &KeyContext; input: PsaAeadEncryptSetup)
    -> Box<dyn Streaming> = engine.secrets().begin_seal(
        &aead_input(key, &input.alg, &input.nonce, &input.additional_data),
        input.plaintext_length
    ));
    serve!(psa_aead_decrypt_setup(engine, key: &KeyContext; input: PsaAeadDecryptSetup)
    -> Box<dyn Streaming> = engine.secrets().begin_open(
        &aead_input(key, &input.alg, &input.nonce, &input.additional_data),
        input.plaintext_length
    ));

    // Key agreement and derivation.
    serve!(psa_raw_key_agreement(engine, key: &KeyContext; input: PsaRawKeyAgreement)
        -> PsaRawKeyAgreementOutput {
        shared_secret: agreement::agree(engine, key, input.alg, &input.peer_key)?
    });
    serve!(derive_bytes(engine, secret: Option<&KeyContext>, other_secret: Option<&KeyContext>,
        salt: Option<&KeyContext>; input: DeriveBytes) -> DeriveBytesOutput {
        data: derivation::bytes(
            engine.secrets(),
            &input.alg,
            &input.inputs,
            &Keys { secret, other_secret, salt },
            input.length
        )?
    });
    serve!(derive_key(engine, secret: Option<&KeyContext>, other_secret: Option<&KeyContext>,
    salt: Option<&KeyContext>; input: DeriveKey) -> CreatedKey = derivation::key(
        engine,
        &input.alg,
        &input.inputs,
        &Keys { secret, other_secret, salt },
        &input.attributes
    ));
    serve!(verify_derivation(engine, secret: Option<&KeyContext>,
    other_secret: Option<&KeyContext>, salt: Option<&KeyContext>; input: VerifyDerivation)
    -> VerifyDerivationOutput after derivation::verify(
        engine.secrets(),
        &input.alg,
        &input.inputs,
        &Keys { secret, other_secret, salt },
        &input.expected
    ));
    serve!(agree_bytes(engine, private_key: &KeyContext, other_secret: Option<&KeyContext>,
        salt: Option<&KeyContext>; input: AgreeBytes) -> AgreeBytesOutput {
        data: Agreed {
            alg: &input.alg,
            private_key,
            peer_key: &input.peer_key,
            inputs: &input.inputs,
            keys: Keys { secret: None, other_secret, salt },
        }
        .bytes(engine, input.length)?
    });
    serve!(agree_key(engine, private_key: &KeyContext, other_secret: Option<&KeyContext>,
        salt: Option<&KeyContext>; input: AgreeKey) -> CreatedKey = Agreed {
            alg: &input.alg,
            private_key,
            peer_key: &input.peer_key,
            inputs: &input.inputs,
            keys: Keys { secret: None, other_secret, salt },
        }
        .key(engine, &input.attributes));

    // Attestation.
    serve!(generate_device_key(engine; input: GenerateDeviceKey) -> CreatedKey =
        keys::generate_bound(engine, input));
    serve!(prepare_key_attestation(engine, attested_key: Option<&KeyContext>,
        attesting_key: Option<&KeyContext>; input: PrepareKeyAttestation)
        -> operations::PrepareKeyAttestationOutput =
        engine.prepare_key_attestation(attested_key, attesting_key, input));
    serve!(attest_key(engine, attested_key: &KeyContext, attesting_key: Option<&KeyContext>;
        input: AttestKey) -> operations::AttestKeyOutput =
        engine.attest_key(attested_key, attesting_key, input));
    serve!(certify_key(engine, key: &KeyContext, attesting_key: &KeyContext; input: CertifyKey)
        -> operations::CertifyKeyOutput = engine.certify_key(key, attesting_key, &input.nonce));
    serve!(quote(engine, attesting_key: &KeyContext; input: Quote)
        -> operations::QuoteOutput = engine.quote(attesting_key, &input.nonce, input.pcrs));
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
