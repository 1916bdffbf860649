//! Capabilities of symmetric keys and RSA keys agree with `can_do_crypto`.

use parsec_contracts::operations::{
    PsaAeadDecrypt, PsaAeadEncrypt, PsaAsymmetricDecrypt, PsaAsymmetricEncrypt, PsaCipherDecrypt,
    PsaCipherEncrypt, PsaMacCompute, PsaMacVerify,
};
use parsec_contracts::types::{
    Aead, AeadWithDefaultLengthTag, Algorithm, AsymmetricEncryption, CheckType, Cipher,
    FullLengthMac, Hash, KeyType, Mac, UsageFlags,
};
use parsec_contracts::{Opcode, Secret, policy};

use super::rig::{TestKey, ensure};
use super::specs::attributes;
use super::{Case, Rig, Stop};
use crate::ProviderError;

pub(super) const CASES: &[Case] = &[Case::new(
    "can_do_crypto_agrees_with_symmetric_keys",
    &[Opcode::CanDoCrypto, Opcode::PsaGenerateKey],
    agrees,
)];

const KEYS: [(KeyType, u32); 10] = [
    (KeyType::Aes, 128),
    (KeyType::Aes, 256),
    (KeyType::Camellia, 192),
    (KeyType::Chacha20, 256),
    (KeyType::Des, 192),
    (KeyType::Hmac, 160),
    (KeyType::Hmac, 2048),
    (KeyType::RawData, 128),
    (KeyType::Derive, 128),
    (KeyType::RsaKeyPair, 1024),
];

fn algorithms() -> Vec<Algorithm> {
    let codes = Hash::ALL
        .iter()
        .map(|hash| FullLengthMac::Hmac { hash_alg: *hash })
        .chain([FullLengthMac::Cmac, FullLengthMac::CbcMac]);
    let codes = codes.flat_map(|full| {
        [
            Mac::FullLength(full),
            Mac::Truncated {
                mac_alg: full,
                mac_length: 3,
            },
            Mac::Truncated {
                mac_alg: full,
                mac_length: 8,
            },
            Mac::Truncated {
                mac_alg: full,
                mac_length: 65,
            },
        ]
    });
    let seals = AeadWithDefaultLengthTag::ALL.iter().flat_map(|alg| {
        let cut = |tag_length| Aead::AeadWithShortenedTag {
            aead_alg: *alg,
            tag_length,
        };
        [
            Aead::AeadWithDefaultLengthTag(*alg),
            cut(3),
            cut(8),
            cut(17),
        ]
    });
    let encryptions = Hash::ALL
        .iter()
        .map(|hash_alg| AsymmetricEncryption::RsaOaep {
            hash_alg: *hash_alg,
        })
        .chain([AsymmetricEncryption::RsaPkcs1v15Crypt]);
    codes
        .map(Algorithm::Mac)
        .chain(Cipher::ALL.iter().copied().map(Algorithm::Cipher))
        .chain(seals.map(Algorithm::Aead))
        .chain(encryptions.map(Algorithm::AsymmetricEncryption))
        .collect()
}

fn agrees(rig: &Rig) -> Result<(), Stop> {
    let usage = UsageFlags {
        encrypt: true,
        decrypt: true,
        sign_message: true,
        verify_message: true,
        ..UsageFlags::default()
    };
    let mut able = 0;
    for (key_type, bits) in KEYS {
        for alg in algorithms() {
            let wanted = attributes(key_type, bits, usage, alg);
            let says = rig.can(CheckType::Generate, &wanted)?;
            if !policy::suits(&key_type, &alg) {
                // The service rejects it before a provider is called.
                ensure(!says, format!("says that {key_type:?} do {alg:?}"))?;
                continue;
            }
            let created = match rig.try_generate(&wanted) {
                Ok(created) => created,
                Err(error) if says => return Err(error.into()),
                Err(_) => continue,
            };
            let does = works(&rig.key(created), alg);
            able += usize::from(says);
            ensure(
                does.is_ok() == says,
                format!("{key_type:?} of {bits} bits: says {says} of {alg:?}, but {does:?}"),
            )?;
        }
    }
    ensure(able > 0, "the provider's keys can do none of this")
}

/// Encrypts and decrypts.
fn works(key: &TestKey<'_>, alg: Algorithm) -> Result<(), ProviderError> {
    let (provider, context) = (key.provider(), &key.context);
    let data = vec![7; 32];
    let key_name = || "key".to_owned();
    let back = match alg {
        Algorithm::Mac(alg) => {
            let input = data.clone();
            let compute = PsaMacCompute {
                key_name: key_name(),
                alg,
                input: input.clone(),
            };
            let mac = provider.psa_mac_compute(context, &compute)?.mac;
            let verify = PsaMacVerify {
                key_name: key_name(),
                alg,
                input,
                mac,
            };
            return provider.psa_mac_verify(context, &verify).map(drop);
        }
        Algorithm::Cipher(alg) => {
            let encrypt = PsaCipherEncrypt {
                key_name: key_name(),
                alg,
                plaintext: Secret::from(&data[..]),
            };
            let ciphertext = provider.psa_cipher_encrypt(context, &encrypt)?.ciphertext;
            let decrypt = PsaCipherDecrypt {
                key_name: key_name(),
                alg,
                ciphertext,
            };
            provider.psa_cipher_decrypt(context, &decrypt)?.plaintext
        }
        Algorithm::Aead(alg) => {
            let encrypt = PsaAeadEncrypt {
                key_name: key_name(),
                alg,
                nonce: vec![1; 12],
                additional_data: Vec::new(),
                plaintext: Secret::from(&data[..]),
            };
            let ciphertext = provider.psa_aead_encrypt(context, &encrypt)?.ciphertext;
            let decrypt = PsaAeadDecrypt {
                key_name: key_name(),
                alg,
                nonce: vec![1; 12],
                additional_data: Vec::new(),
                ciphertext,
            };
            provider.psa_aead_decrypt(context, &decrypt)?.plaintext
        }
        Algorithm::AsymmetricEncryption(alg) => {
            let encrypt = PsaAsymmetricEncrypt {
                key_name: key_name(),
                alg,
                // With no hash function does a message fit a key of 1024 bits.
                plaintext: Secret::default(),
                salt: Vec::new(),
            };
            let sealed = provider.psa_asymmetric_encrypt(context, &encrypt)?;
            let decrypt = PsaAsymmetricDecrypt {
                key_name: key_name(),
                alg,
                ciphertext: sealed.ciphertext,
                salt: Vec::new(),
            };
            let opened = provider.psa_asymmetric_decrypt(context, &decrypt)?;
            return match opened.plaintext.is_empty() {
                true => Ok(()),
                false => Err(ProviderError::invalid_argument(
                    "nothing came back as something",
                )),
            };
        }
        _ => return Err(ProviderError::not_supported("this")),
    };
    if back.expose() == data {
        Ok(())
    } else {
        Err(ProviderError::invalid_argument("something else came back"))
    }
}
