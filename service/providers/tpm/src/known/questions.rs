//! The known-answer tests, whose answers software computes.

use parsec_contracts::Secret;
use parsec_contracts::types::{
    Algorithm, AsymmetricEncryption, Cipher, EccFamily, FullLengthMac, Hash, KeyAttributes,
    KeyPolicy, KeyType, Mac, UsageFlags,
};
use parsec_provider::known_keys::RSA_2048_PAIR;
use parsec_provider::{KeyContext, KeyId, ProviderError};
use parsec_psa::{BLOCK, InMemory, Secrets as _, iv_length, number_length, public, public_point};
use tss_esapi::structures::{Auth, Digest, Public, Sensitive, SensitiveData, SymmetricKey};

use crate::abilities::{Abilities, Task};
use crate::error::failed;
use crate::{asymmetric, import, symmetric_template};

/// Names the operation in errors.
pub(super) const DOING: &str = "running known-answer tests of the TPM";

pub(super) const RSA_BITS: u32 = 2048;
/// Two and a half blocks; modes without padding use two.
const MESSAGE: &[u8] = b"A message of forty bytes, over 3 blocks.";
/// A counter whose last four bytes are about to overflow.
pub(super) const VECTOR: [u8; BLOCK] = [
    0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff, 0xff, 0xff, 0xff,
];
const CIPHERS: [Cipher; 5] = [
    Cipher::EcbNoPadding,
    Cipher::CbcNoPadding,
    Cipher::Ctr,
    Cipher::Cfb,
    Cipher::Ofb,
];

/// A test and its answer.
#[derive(Debug)]
pub(crate) struct Question {
    pub(super) task: Task,
    pub(super) input: Vec<u8>,
    /// For a cipher, the ciphertext followed by the input.
    pub(super) answer: Vec<u8>,
}

/// A key, and the tests with it.
#[derive(Debug)]
pub(crate) struct Group {
    pub(super) public: Public,
    pub(super) sensitive: Sensitive,
    pub(super) questions: Vec<Question>,
}

/// The tests of all capabilities that the TPM lists and software implements.
pub(crate) fn groups(abilities: &Abilities) -> Result<Vec<Group>, ProviderError> {
    let mut groups = vec![codes(&abilities.hashes)?];
    if abilities.encrypts {
        for bits in &abilities.aes {
            groups.push(ciphers(*bits)?);
        }
    }
    for bits in &abilities.secp_r1 {
        groups.extend(agreement(*bits)?);
    }
    if abilities.rsa.contains(&RSA_BITS) {
        groups.push(decryption(&abilities.hashes)?);
    }
    Ok(groups)
}

fn codes(hashes: &[Hash]) -> Result<Group, ProviderError> {
    let key = in_software(KeyType::Hmac, &[0x5a; 32]);
    let question = |hash: &Hash| {
        let alg = Mac::FullLength(FullLengthMac::Hmac { hash_alg: *hash });
        Some(Question {
            task: Task::Hmac(*hash),
            input: MESSAGE.to_vec(),
            answer: InMemory.mac(&key, &alg, MESSAGE).ok()?,
        })
    };
    secret(&key, hashes.iter().filter_map(question).collect())
}

fn ciphers(bits: u32) -> Result<Group, ProviderError> {
    let value: Vec<u8> = (1..=bits / 8).map(|byte| byte as u8).collect();
    let key = in_software(KeyType::Aes, &value);
    let question = |alg: Cipher| {
        let ciphertext = match alg {
            Cipher::EcbNoPadding | Cipher::CbcNoPadding => &MESSAGE[..2 * BLOCK],
            _ => MESSAGE,
        };
        // Encryption would draw a random vector, so the answer is computed by decryption.
        let whole = [&VECTOR[..iv_length(alg)], ciphertext].concat();
        let input = InMemory.decrypt(&key, alg, &whole).ok()?.expose().to_vec();
        Some(Question {
            task: Task::Cipher(bits, alg),
            answer: [ciphertext, &input].concat(),
            input,
        })
    };
    secret(&key, CIPHERS.into_iter().filter_map(question).collect())
}

/// With a peer whose private key is 2, the shared point is the public point of twice the private
/// key.
fn agreement(bits: u32) -> Result<Option<Group>, ProviderError> {
    let length = number_length(bits);
    let mut key = vec![0x35; length];
    if !bits.is_multiple_of(8) {
        key[0] = 0;
    }
    let doubled: Vec<u8> = key.iter().map(|byte| 2 * byte).collect();
    let mut two = vec![0; length];
    two[length - 1] = 2;
    let point = |private: &[u8]| public_point(EccFamily::SecpR1, bits, private);
    let (Some(peer), Some(shared)) = (point(&two), point(&doubled)) else {
        return Ok(None);
    };
    let curve_family = EccFamily::SecpR1;
    let attributes = attributes(KeyType::EccKeyPair { curve_family }, bits);
    let (_, public, sensitive) =
        import::ecc_private(&attributes, curve_family, &key, Auth::default())?;
    Ok(Some(Group {
        public,
        sensitive,
        questions: vec![Question {
            task: Task::Agreement(bits),
            input: peer[1..].to_vec(),
            answer: shared[1..=length].to_vec(),
        }],
    }))
}

fn decryption(hashes: &[Hash]) -> Result<Group, ProviderError> {
    let attributes = attributes(KeyType::RsaKeyPair, RSA_BITS);
    let (_, public, sensitive) = import::rsa_private(&attributes, RSA_2048_PAIR, Auth::default())?;
    let Public::Rsa { unique, .. } = &public else {
        return Err(ProviderError::not_supported("a key of another type"));
    };
    let public_key = asymmetric::rsa_public(unique.value())?;
    let oaep = |hash: Hash| AsymmetricEncryption::RsaOaep { hash_alg: hash };
    let question = |(task, alg)| {
        Some(Question {
            task,
            input: public::encrypt(&public_key, &alg, MESSAGE, b"").ok()?,
            answer: MESSAGE.to_vec(),
        })
    };
    let questions = hashes
        .iter()
        .map(|hash| (Task::Oaep(*hash), oaep(*hash)))
        .chain([
            (Task::BareRsa, oaep(Hash::Sha256)),
            (Task::Pkcs1v15, AsymmetricEncryption::RsaPkcs1v15Crypt),
        ])
        .filter_map(question)
        .collect();
    Ok(Group {
        public,
        sensitive,
        questions,
    })
}

/// The test of a byte-string key. Its public area contains the hash of a seed and the key (Part 1,
/// 27.5.3.2).
fn secret(key: &KeyContext, questions: Vec<Question>) -> Result<Group, ProviderError> {
    let (seed, value) = ([0xa5; 32], key.material.expose());
    let unique = parsec_psa::hash(Hash::Sha256, &[&seed, value].concat())?;
    let make = || {
        let (auth_value, seed_value) = (Auth::default(), Digest::try_from(&seed[..])?);
        let unique = Digest::try_from(&unique[..])?;
        let public = symmetric_template::symmetric(&key.attributes, false, unique)?;
        let sensitive = match key.attributes.key_type {
            KeyType::Hmac => Sensitive::Bits {
                auth_value,
                seed_value,
                sensitive: SensitiveData::try_from(value)?,
            },
            _ => Sensitive::Symmetric {
                auth_value,
                seed_value,
                sensitive: SymmetricKey::try_from(value)?,
            },
        };
        Ok((public, sensitive))
    };
    let (public, sensitive) = make().map_err(failed(DOING))?;
    Ok(Group {
        public,
        sensitive,
        questions,
    })
}

/// The key for the software implementation.
fn in_software(key_type: KeyType, value: &[u8]) -> KeyContext {
    KeyContext {
        id: KeyId(0),
        attributes: attributes(key_type, 8 * value.len() as u32),
        material: Secret::from(value),
    }
}

fn attributes(key_type: KeyType, key_bits: u32) -> KeyAttributes {
    KeyAttributes {
        key_type,
        key_bits,
        key_policy: KeyPolicy {
            key_usage_flags: UsageFlags {
                decrypt: true,
                derive: true,
                ..UsageFlags::default()
            },
            key_algorithm: Algorithm::None,
        },
    }
}
