//! The provider recovers when its sessions are lost because the library was stopped, as some
//! libraries stop when their device is gone for a while.

use std::process::Command;
use std::sync::Arc;
use std::{env, thread};

use cryptoki::context::Pkcs11;
use parsec_contracts::Secret;
use parsec_contracts::operations::{
    PsaCipherDecrypt, PsaCipherEncrypt, PsaGenerateKey, PsaSignHash, PsaVerifyHash,
};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, Cipher, EccFamily, Hash, KeyAttributes, KeyPolicy, KeyType,
    SignHash, UsageFlags,
};
use parsec_harness::SoftHsm;
use parsec_provider::{KeyContext, KeyId, Operations as _};
use parsec_provider_pkcs11::{Settings, SoftwarePadding, TokenChoice};
use parsec_psa::PsaProvider;

const ALG: AsymmetricSignature = AsymmetricSignature::Ecdsa {
    hash_alg: SignHash::Specific(Hash::Sha256),
};
const TOKENS: [&str; 2] = ["one", "two"];

/// Marks the process in which the library may be stopped.
pub(crate) const CHILD: &str = "PARSEC_TEST_TOKEN_EVENTS";

/// Runs the test in its own process, because the library is stopped for the whole process.
pub(crate) fn keys_work_after_the_library_was_stopped() {
    let softhsm = SoftHsm::with_tokens(&TOKENS);
    let output = Command::new(env::current_exe().unwrap())
        .env("SOFTHSM2_CONF", softhsm.config())
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn start(label: &str) -> PsaProvider {
    parsec_provider_pkcs11::start(Settings {
        library: SoftHsm::library().to_owned(),
        token: TokenChoice::Label(label.to_owned()),
        pin: Some(Secret::from(SoftHsm::PIN.as_bytes())),
        allow_export: true,
        software_padding: SoftwarePadding::default(),
        journal: Arc::new(()),
    })
    .unwrap()
}

fn generate(
    provider: &PsaProvider,
    id: u64,
    key_type: KeyType,
    algorithm: Algorithm,
) -> KeyContext {
    let attributes = KeyAttributes {
        key_type,
        key_bits: 256,
        key_policy: KeyPolicy {
            key_usage_flags: UsageFlags {
                sign_hash: true,
                verify_hash: true,
                encrypt: true,
                decrypt: true,
                ..UsageFlags::default()
            },
            key_algorithm: algorithm,
        },
    };
    let key_name = "key".to_owned();
    let created = provider
        .psa_generate_key(&PsaGenerateKey {
            key_name,
            attributes,
        })
        .unwrap();
    KeyContext {
        id: KeyId(id),
        attributes: created.attributes,
        material: created.material,
    }
}

fn signs(provider: &PsaProvider, key: &KeyContext) {
    let (key_name, hash) = ("key".to_owned(), vec![7; 32]);
    let sign = PsaSignHash {
        key_name: key_name.clone(),
        alg: ALG,
        hash: hash.clone(),
    };
    let signature = provider.psa_sign_hash(key, &sign).unwrap().signature;
    let verify = PsaVerifyHash {
        key_name,
        alg: ALG,
        hash,
        signature,
    };
    provider.psa_verify_hash(key, &verify).unwrap();
}

fn encrypts(provider: &PsaProvider, key: &KeyContext) {
    let (key_name, alg) = ("key".to_owned(), Cipher::Ctr);
    let encrypt = PsaCipherEncrypt {
        key_name: key_name.clone(),
        alg,
        plaintext: Secret::from(&b"letter"[..]),
    };
    let ciphertext = provider
        .psa_cipher_encrypt(key, &encrypt)
        .unwrap()
        .ciphertext;
    let decrypt = PsaCipherDecrypt {
        key_name,
        alg,
        ciphertext,
    };
    let output = provider.psa_cipher_decrypt(key, &decrypt).unwrap();
    assert_eq!(output.plaintext.expose(), b"letter");
}

/// The test in its own process.
pub(crate) fn in_child() {
    let curve_family = EccFamily::SecpR1;
    let signing = Algorithm::AsymmetricSignature(ALG);
    let providers = TOKENS.map(start);
    let pairs = [0, 1].map(|index| {
        let pair = KeyType::EccKeyPair { curve_family };
        generate(&providers[index], 1, pair, signing)
    });
    let secrets = [0, 1].map(|index| {
        let algorithm = Algorithm::Cipher(Cipher::Ctr);
        generate(&providers[index], 2, KeyType::Aes, algorithm)
    });
    for round in 0..3 {
        for index in [0, 1] {
            signs(&providers[index], &pairs[index]);
            encrypts(&providers[index], &secrets[index]);
        }
        // Many sessions are open when it happens, and many are opened afterwards.
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| signs(&providers[round % 2], &pairs[round % 2]));
            }
        });
        Pkcs11::new(SoftHsm::library()).unwrap().finalize().unwrap();
        thread::scope(|scope| {
            for index in [0, 1, 0, 1] {
                let (provider, key) = (&providers[index], &pairs[index]);
                scope.spawn(move || signs(provider, key));
            }
        });
    }
    let made = generate(
        &providers[0],
        3,
        KeyType::Aes,
        Algorithm::Cipher(Cipher::Ctr),
    );
    encrypts(&providers[0], &made);
}
