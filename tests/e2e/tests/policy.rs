#![forbid(unsafe_code)]
//! A key does what its policy permits and nothing else: every usage flag against every operation.
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]

use parsec_contracts::operations::{
    AgreeKey, DeriveBytes, DeriveKey, PsaAeadDecrypt, PsaAeadDecryptSetup, PsaAeadEncrypt,
    PsaAeadEncryptSetup, PsaAsymmetricDecrypt, PsaAsymmetricEncrypt, PsaCipherDecrypt,
    PsaCipherDecryptSetup, PsaCipherEncrypt, PsaCipherEncryptSetup, PsaCopyKey, PsaDestroyKey,
    PsaExportKey, PsaGenerateKey, PsaMacCompute, PsaMacSignSetup, PsaMacVerify, PsaMacVerifySetup,
    PsaRawKeyAgreement, PsaSignHash, PsaSignMessage, PsaVerifyHash, PsaVerifyMessage, SignHashes,
    SignMessages, UnwrapKey, VerifyDerivation, VerifyHashes, VerifyMessages, WrapKey,
};
use parsec_contracts::types::{
    Aead, AeadWithDefaultLengthTag, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher,
    DerivationInput, DerivationInputs, EccFamily, FullLengthMac, Hash, KeyAgreement, KeyAttributes,
    KeyDerivation, KeyPolicy, KeyType, KeyWrap, Mac, RawKeyAgreement, SignHash, UsageFlags,
};
use parsec_contracts::{Operation, Secret, Status};
use parsec_harness::{Auth, Reply, Service, Wire};

/// The flags of a policy, by their names in the contracts.
const FLAGS: [&str; 10] = [
    "export",
    "copy",
    "cache",
    "encrypt",
    "decrypt",
    "sign-message",
    "verify-message",
    "sign-hash",
    "verify-hash",
    "derive",
];

fn flags(set: &str) -> UsageFlags {
    UsageFlags {
        export: set == "export",
        copy: set == "copy",
        cache: set == "cache",
        encrypt: set == "encrypt",
        decrypt: set == "decrypt",
        sign_message: set == "sign-message",
        verify_message: set == "verify-message",
        sign_hash: set == "sign-hash",
        verify_hash: set == "verify-hash",
        derive: set == "derive",
    }
}

fn attributes(key_type: KeyType, key_bits: u32, alg: Algorithm, set: &str) -> KeyAttributes {
    KeyAttributes {
        key_type,
        key_bits,
        key_policy: KeyPolicy {
            key_usage_flags: flags(set),
            key_algorithm: alg,
        },
    }
}

/// An operation as bytes: what it is called, and which flags let a key do it.
struct Ask {
    opcode: parsec_contracts::Opcode,
    body: Vec<u8>,
    permitted_by: &'static [&'static str],
}

fn ask<O: Operation>(operation: O, permitted_by: &'static [&'static str]) -> Ask {
    Ask {
        opcode: O::OPCODE,
        body: operation.encode().to_vec(),
        permitted_by,
    }
}

fn send(wire: &mut Wire, ask: &Ask) -> Reply {
    let (auth_type, auth) = Auth::direct("web").parts();
    let header = parsec_contracts::frame::RequestHeader {
        provider: 1,
        auth_type,
        opcode: ask.opcode.number(),
        ..Default::default()
    };
    wire.send(&parsec_harness::frame(&header, &ask.body, &auth))
        .unwrap();
    wire.receive().unwrap()
}

fn name() -> String {
    "k".to_owned()
}

const HASH: Hash = Hash::Sha256;

fn signing(alg: AsymmetricSignature) -> Vec<Ask> {
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

fn authentication(alg: Mac) -> Vec<Ask> {
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

fn ciphers(alg: Cipher) -> Vec<Ask> {
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

fn sealing(alg: Aead) -> Vec<Ask> {
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

fn encryption(alg: AsymmetricEncryption) -> Vec<Ask> {
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

/// What would be made never is: the size is one that there is not.
fn impossible() -> KeyAttributes {
    attributes(KeyType::Aes, 1, Algorithm::None, "export")
}

fn derivation(alg: KeyDerivation) -> Vec<Ask> {
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

fn agreement(alg: RawKeyAgreement) -> Vec<Ask> {
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

fn wrapping(alg: KeyWrap) -> Vec<Ask> {
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

/// What any key may do, if its policy says so.
fn of_every_key(attributes: KeyAttributes) -> Vec<Ask> {
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

type Kind = (KeyType, u32, Algorithm, Vec<Ask>, Vec<Ask>);

/// Types of keys with an algorithm: what it does, and what the policy does not permit whatever
/// the flags, since it is of another algorithm.
fn kinds() -> Vec<Kind> {
    let curve = KeyType::EccKeyPair {
        curve_family: EccFamily::SecpR1,
    };
    let ecdsa = |hash| AsymmetricSignature::Ecdsa {
        hash_alg: SignHash::Specific(hash),
    };
    let pss = |hash| AsymmetricSignature::RsaPss {
        hash_alg: SignHash::Specific(hash),
    };
    let hmac = |hash_alg| Mac::FullLength(FullLengthMac::Hmac { hash_alg });
    let truncated = Mac::Truncated {
        mac_alg: FullLengthMac::Hmac { hash_alg: HASH },
        mac_length: 8,
    };
    let gcm = Aead::AeadWithDefaultLengthTag(AeadWithDefaultLengthTag::Gcm);
    let ccm = Aead::AeadWithDefaultLengthTag(AeadWithDefaultLengthTag::Ccm);
    let oaep = AsymmetricEncryption::RsaOaep { hash_alg: HASH };
    let v15 = AsymmetricEncryption::RsaPkcs1v15Crypt;
    let hkdf = |hash_alg| KeyDerivation::Hkdf { hash_alg };
    let deterministic = AsymmetricSignature::DeterministicEcdsa {
        hash_alg: SignHash::Specific(HASH),
    };
    vec![
        (
            curve,
            256,
            Algorithm::AsymmetricSignature(ecdsa(HASH)),
            signing(ecdsa(HASH)),
            signing(deterministic),
        ),
        (
            KeyType::RsaKeyPair,
            1024,
            Algorithm::AsymmetricSignature(pss(HASH)),
            signing(pss(HASH)),
            signing(pss(Hash::Sha3_256)),
        ),
        (
            KeyType::Hmac,
            256,
            Algorithm::Mac(hmac(HASH)),
            authentication(hmac(HASH)),
            authentication(truncated),
        ),
        (
            KeyType::Aes,
            128,
            Algorithm::Cipher(Cipher::Ctr),
            ciphers(Cipher::Ctr),
            ciphers(Cipher::CbcPkcs7),
        ),
        (
            KeyType::Aes,
            256,
            Algorithm::Aead(gcm),
            sealing(gcm),
            sealing(ccm),
        ),
        (
            KeyType::RsaKeyPair,
            1024,
            Algorithm::AsymmetricEncryption(oaep),
            encryption(oaep),
            encryption(v15),
        ),
        (
            KeyType::Derive,
            256,
            Algorithm::KeyDerivation(hkdf(HASH)),
            derivation(hkdf(HASH)),
            derivation(hkdf(Hash::Sha512)),
        ),
        (
            curve,
            256,
            Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh)),
            agreement(RawKeyAgreement::Ecdh),
            agreement(RawKeyAgreement::Ffdh),
        ),
        (
            KeyType::Aes,
            128,
            Algorithm::KeyWrap(KeyWrap::AesKw),
            wrapping(KeyWrap::AesKw),
            wrapping(KeyWrap::AesKwp),
        ),
    ]
}

#[test]
fn what_the_policy_forbids_is_not_permitted_and_tells_nothing() {
    let service = Service::direct();
    let mut wire = service.wire();
    let generate = |name: &str, attributes| {
        let input = PsaGenerateKey {
            key_name: name.to_owned(),
            attributes,
        };
        ask(input, &[])
    };
    let exportable = attributes(KeyType::RawData, 128, Algorithm::None, "export");
    let made = send(&mut wire, &generate("exportable", exportable));
    assert_eq!(made.status(), Status::Success);
    let (mut refused, mut permitted) = (0, 0);
    for (key_type, bits, alg, own, foreign) in kinds() {
        for set in FLAGS.into_iter().chain(["none"]) {
            let attributes = attributes(key_type, bits, alg, set);
            let made = send(&mut wire, &generate("k", attributes));
            assert_eq!(made.status(), Status::Success, "{key_type:?} {alg:?} {set}");
            for ask in own.iter().chain(&of_every_key(attributes)) {
                let reply = send(&mut wire, ask);
                let what = format!("{} by {key_type:?} {alg:?} with {set}", ask.opcode);
                if ask.permitted_by.contains(&set) {
                    assert_ne!(reply.status(), Status::PsaErrorNotPermitted, "{what}");
                    permitted += 1;
                } else {
                    assert_eq!(reply.status(), Status::PsaErrorNotPermitted, "{what}");
                    assert!(reply.body.is_empty(), "{what}");
                    refused += 1;
                }
            }
            for ask in &foreign {
                let reply = send(&mut wire, ask);
                let what = format!("{} by {key_type:?} {alg:?} with {set}", ask.opcode);
                assert_eq!(reply.status(), Status::PsaErrorNotPermitted, "{what}");
                assert!(reply.body.is_empty(), "{what}");
                refused += 1;
            }
            let gone = send(&mut wire, &ask(PsaDestroyKey { key_name: name() }, &[]));
            assert_eq!(gone.status(), Status::Success);
        }
    }
    assert!(refused > 500 && permitted > 50, "{refused} {permitted}");
}
