//! Every operation that uses a key, by the policy that it needs.

use parsec_contracts::Secret;
use parsec_contracts::operations::{
    AgreeKey, DeriveBytes, DeriveKey, PsaAeadDecrypt, PsaAeadDecryptSetup, PsaAeadEncrypt,
    PsaAeadEncryptSetup, PsaAsymmetricDecrypt, PsaAsymmetricEncrypt, PsaCipherDecrypt,
    PsaCipherDecryptSetup, PsaCipherEncrypt, PsaCipherEncryptSetup, PsaCopyKey, PsaExportKey,
    PsaMacCompute, PsaMacSignSetup, PsaMacVerify, PsaMacVerifySetup, PsaRawKeyAgreement,
    PsaSignHash, PsaSignMessage, PsaVerifyHash, PsaVerifyMessage, SignHashes, SignMessages,
    UnwrapKey, VerifyDerivation, VerifyHashes, VerifyMessages, WrapKey,
};
use parsec_contracts::types::{
    Aead, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, DerivationInput,
    DerivationInputs, KeyAgreement, KeyAttributes, KeyDerivation, KeyType, KeyWrap, Mac,
    RawKeyAgreement,
};

use crate::policy::ask::{Ask, ask, name};
use crate::policy::attributes;

pub(crate) fn signing(alg: AsymmetricSignature) -> Vec<Ask> {
    let (key_name, hash, signature) = (name(), vec![1; 32], vec![1; 64]);
    let message = b"message".to_vec();
    let hashes = vec![hash.clone()];
    let messages = vec![message.clone()];
    let signatures = vec![signature.clone()];
    vec![
        ask(
            PsaSignHash {
                key_name: name(),
                alg,
                hash: hash.clone(),
            },
            &["sign-hash"],
        ),
        ask(
            PsaVerifyHash {
                key_name: name(),
                alg,
                hash,
                signature: signature.clone(),
            },
            &["verify-hash"],
        ),
        ask(
            PsaSignMessage {
                key_name: name(),
                alg,
                message: message.clone(),
            },
            &["sign-message", "sign-hash"],
        ),
        ask(
            PsaVerifyMessage {
                key_name: name(),
                alg,
                message,
                signature,
            },
            &["verify-message", "verify-hash"],
        ),
        ask(
            SignHashes {
                key_name: name(),
                alg,
                hashes: hashes.clone(),
            },
            &["sign-hash"],
        ),
        ask(
            VerifyHashes {
                key_name: name(),
                alg,
                hashes,
                signatures: signatures.clone(),
            },
            &["verify-hash"],
        ),
        ask(
            SignMessages {
                key_name: name(),
                alg,
                messages: messages.clone(),
            },
            &["sign-message", "sign-hash"],
        ),
        ask(
            VerifyMessages {
                key_name,
                alg,
                messages,
                signatures,
            },
            &["verify-message", "verify-hash"],
        ),
    ]
}

pub(crate) fn authentication(alg: Mac) -> Vec<Ask> {
    let (key_name, input, mac) = (name(), vec![1; 16], vec![1; 32]);
    vec![
        ask(
            PsaMacCompute {
                key_name: name(),
                alg,
                input: input.clone(),
            },
            &["sign-message", "sign-hash"],
        ),
        ask(
            PsaMacVerify {
                key_name: name(),
                alg,
                input,
                mac,
            },
            &["verify-message", "verify-hash"],
        ),
        ask(
            PsaMacSignSetup {
                key_name: name(),
                alg,
            },
            &["sign-message", "sign-hash"],
        ),
        ask(
            PsaMacVerifySetup { key_name, alg },
            &["verify-message", "verify-hash"],
        ),
    ]
}

pub(crate) fn ciphers(alg: Cipher) -> Vec<Ask> {
    let (plaintext, ciphertext) = (Secret::from(&[1; 16][..]), vec![1; 32]);
    vec![
        ask(
            PsaCipherEncrypt {
                key_name: name(),
                alg,
                plaintext,
            },
            &["encrypt"],
        ),
        ask(
            PsaCipherDecrypt {
                key_name: name(),
                alg,
                ciphertext,
            },
            &["decrypt"],
        ),
        ask(
            PsaCipherEncryptSetup {
                key_name: name(),
                alg,
            },
            &["encrypt"],
        ),
        ask(
            PsaCipherDecryptSetup {
                key_name: name(),
                alg,
            },
            &["decrypt"],
        ),
    ]
}

pub(crate) fn sealing(alg: Aead) -> Vec<Ask> {
    let (nonce, additional_data) = (vec![1; 12], Vec::new());
    vec![
        ask(
            PsaAeadEncrypt {
                key_name: name(),
                alg,
                nonce: nonce.clone(),
                additional_data: additional_data.clone(),
                plaintext: Secret::from(&[1][..]),
            },
            &["encrypt"],
        ),
        ask(
            PsaAeadDecrypt {
                key_name: name(),
                alg,
                nonce: nonce.clone(),
                additional_data: additional_data.clone(),
                ciphertext: vec![1; 20],
            },
            &["decrypt"],
        ),
        ask(
            PsaAeadEncryptSetup {
                key_name: name(),
                alg,
                nonce: nonce.clone(),
                additional_data: additional_data.clone(),
                plaintext_length: 0,
            },
            &["encrypt"],
        ),
        ask(
            PsaAeadDecryptSetup {
                key_name: name(),
                alg,
                nonce,
                additional_data,
                plaintext_length: 0,
            },
            &["decrypt"],
        ),
    ]
}

pub(crate) fn encryption(alg: AsymmetricEncryption) -> Vec<Ask> {
    vec![
        ask(
            PsaAsymmetricEncrypt {
                key_name: name(),
                alg,
                plaintext: Secret::from(&[1][..]),
                salt: Vec::new(),
            },
            &["encrypt"],
        ),
        ask(
            PsaAsymmetricDecrypt {
                key_name: name(),
                alg,
                ciphertext: vec![1; 128],
                salt: Vec::new(),
            },
            &["decrypt"],
        ),
    ]
}

/// The new key is never created, because its size is invalid.
fn impossible() -> KeyAttributes {
    attributes(KeyType::Aes, 1, Algorithm::None, "export")
}

pub(crate) fn derivation(alg: KeyDerivation) -> Vec<Ask> {
    let inputs = DerivationInputs {
        secret: Some(DerivationInput::Key { key_name: name() }),
        ..DerivationInputs::default()
    };
    vec![
        ask(
            DeriveBytes {
                alg,
                inputs: inputs.clone(),
                length: 16,
            },
            &["derive"],
        ),
        ask(
            DeriveKey {
                alg,
                inputs: inputs.clone(),
                key_name: "new".to_owned(),
                attributes: impossible(),
                lifetime: None,
            },
            &["derive"],
        ),
        ask(
            VerifyDerivation {
                alg,
                inputs,
                expected: Secret::from(&[1; 16][..]),
            },
            &["derive"],
        ),
    ]
}

pub(crate) fn agreement(alg: RawKeyAgreement) -> Vec<Ask> {
    vec![
        ask(
            PsaRawKeyAgreement {
                alg,
                private_key_name: name(),
                peer_key: vec![4; 65],
            },
            &["derive"],
        ),
        ask(
            AgreeKey {
                alg: KeyAgreement::Raw(alg),
                private_key_name: name(),
                peer_key: vec![4; 65],
                inputs: DerivationInputs::default(),
                key_name: "new".to_owned(),
                attributes: impossible(),
                lifetime: None,
            },
            &["derive"],
        ),
    ]
}

pub(crate) fn wrapping(alg: KeyWrap) -> Vec<Ask> {
    vec![
        ask(
            WrapKey {
                wrapping_key_name: name(),
                alg,
                key_name: "exportable".to_owned(),
            },
            &["encrypt"],
        ),
        ask(
            UnwrapKey {
                wrapping_key_name: name(),
                alg,
                data: vec![1; 24],
                key_name: "new".to_owned(),
                attributes: impossible(),
                lifetime: None,
            },
            &["decrypt"],
        ),
    ]
}

/// Operations that any key can permit.
pub(crate) fn of_every_key(attributes: KeyAttributes) -> Vec<Ask> {
    vec![
        ask(PsaExportKey { key_name: name() }, &["export"]),
        ask(
            PsaCopyKey {
                source_key_name: name(),
                key_name: "exportable".to_owned(),
                attributes,
                lifetime: None,
            },
            &["copy"],
        ),
    ]
}
