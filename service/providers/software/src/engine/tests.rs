//! Tests of this engine alone: which keys are loaded, and that callers of the library, which these
//! tests share, do not affect each other.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use parsec_contracts::operations::{
    CanDoCrypto, DeriveKey, PsaGenerateKey, PsaGenerateRandom, PsaHashCompute,
};
use parsec_contracts::types::{
    Algorithm, CheckType, DerivationInput, DerivationInputs, DhFamily, Hash, KeyAttributes,
    KeyDerivation, KeyPolicy, UsageFlags,
};
use parsec_provider::{KeyId, Operations as _};

use super::library::LOADED_KEYS;
use super::*;

const P256: KeyType = KeyType::EccKeyPair {
    curve_family: EccFamily::SecpR1,
};
const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa {
    hash_alg: SignHash::Specific(Hash::Sha256),
};
const HASH: [u8; 32] = [0x5a; 32];

fn key(engine: &MbedTlsEngine, id: u64, key_type: KeyType, bits: u32) -> KeyContext {
    let alg = match key_type {
        KeyType::RsaKeyPair => AsymmetricSignature::RsaPss {
            hash_alg: SignHash::Specific(Hash::Sha256),
        },
        _ => ECDSA,
    };
    let attributes = KeyAttributes {
        key_type,
        key_bits: bits,
        key_policy: KeyPolicy {
            key_usage_flags: UsageFlags {
                cache: true,
                ..UsageFlags::default()
            },
            key_algorithm: Algorithm::AsymmetricSignature(alg),
        },
    };
    KeyContext {
        id: KeyId(id),
        attributes,
        material: engine.generate(&attributes).unwrap(),
    }
}

/// The attributes of a key whose size is to be determined.
fn any(key_type: KeyType) -> KeyAttributes {
    KeyAttributes {
        key_type,
        key_bits: 0,
        key_policy: KeyPolicy {
            key_usage_flags: UsageFlags::default(),
            key_algorithm: Algorithm::None,
        },
    }
}

fn is_loaded(engine: &MbedTlsEngine, key: &KeyContext) -> bool {
    library::enter().unwrap().is_loaded(engine.slot(key.id))
}

fn signs(engine: &MbedTlsEngine, key: &KeyContext) {
    let signature = engine.sign_hash(key, &ECDSA, &HASH).unwrap();
    engine.verify_hash(key, &ECDSA, &HASH, &signature).unwrap();
}

#[test]
fn the_table_of_sizes_matches_the_library() {
    let engine = MbedTlsEngine::start().unwrap();
    let families = EccFamily::ALL
        .iter()
        .map(|f| KeyType::EccKeyPair { curve_family: *f });
    let groups = DhFamily::ALL
        .iter()
        .map(|f| KeyType::DhKeyPair { group_family: *f });
    for key_type in families.chain(groups) {
        let Ok(psa_type) = convert::key_type(&key_type) else {
            // Another library has Ed25519.
            let curve_family = EccFamily::TwistedEdwards;
            let is_ed25519 = key_type == KeyType::EccKeyPair { curve_family };
            assert_eq!(engine.has_key_type(&key_type), is_ed25519);
            for bits in 0..=600 {
                assert_eq!(engine.has_size(&key_type, bits), is_ed25519 && bits == 255);
            }
            continue;
        };
        for bits in (0..=600).chain((1024..=8192).step_by(1024)) {
            let made = shim::generate(
                &mut library::enter().unwrap().access,
                psa_type,
                bits as usize,
            );
            assert_eq!(
                made.is_ok(),
                engine.has_size(&key_type, bits),
                "{key_type:?} {bits}"
            );
        }
    }
    let rsa = convert::key_type(&KeyType::RsaKeyPair).unwrap();
    for bits in [512, 1016, 1024, 1025, 1032, 4104] {
        let made = shim::generate(&mut library::enter().unwrap().access, rsa, bits as usize);
        assert_eq!(
            made.is_ok(),
            engine.has_size(&KeyType::RsaKeyPair, bits),
            "RSA {bits}"
        );
    }
}

#[test]
fn exported_public_keys_have_the_same_size() {
    let engine = MbedTlsEngine::start().unwrap();
    let families = EccFamily::ALL.iter().map(|family| {
        let curve_family = *family;
        (
            KeyType::EccKeyPair { curve_family },
            KeyType::EccPublicKey { curve_family },
        )
    });
    let groups = DhFamily::ALL.iter().map(|family| {
        let group_family = *family;
        (
            KeyType::DhKeyPair { group_family },
            KeyType::DhPublicKey { group_family },
        )
    });
    let mut id = 0;
    for (pair, public) in families.chain(groups) {
        for bits in (1..=600).chain((1024..=8192).step_by(1024)) {
            if !engine.has_size(&pair, bits) {
                continue;
            }
            id += 1;
            let mut key = key(&engine, id, pair, bits);
            key.attributes.key_policy.key_algorithm = Algorithm::None;
            let data = engine.public_key(&key).unwrap();
            let (found, material) = engine.import(&any(public), &data).unwrap();
            assert_eq!((found, material.expose()), (bits, &data[..]), "{pair:?}");
        }
    }
    assert_eq!(id, 18);
}

#[test]
fn a_3072_bit_rsa_key_signs() {
    let engine = MbedTlsEngine::start().unwrap();
    let key = key(&engine, 1, KeyType::RsaKeyPair, 3072);
    let alg = AsymmetricSignature::RsaPss {
        hash_alg: SignHash::Specific(Hash::Sha256),
    };
    let signature = engine.sign_hash(&key, &alg, &HASH).unwrap();
    assert_eq!(signature.len(), 384);
    engine.verify_hash(&key, &alg, &HASH, &signature).unwrap();
    let (bits, material) = engine
        .import(&any(KeyType::RsaKeyPair), key.material.expose())
        .unwrap();
    assert_eq!((bits, &material), (3072, &key.material));
}

#[test]
fn the_least_recently_used_key_is_unloaded_and_still_works() {
    let engine = MbedTlsEngine::start().unwrap();
    let keys: Vec<KeyContext> = (0..LOADED_KEYS.get() as u64 + 6)
        .map(|id| key(&engine, id, P256, 256))
        .collect();
    for key in &keys {
        signs(&engine, key);
    }
    assert!(!is_loaded(&engine, &keys[0]));
    assert!(library::enter().unwrap().loaded_keys() <= LOADED_KEYS.get());
    for key in &keys {
        signs(&engine, key);
    }
}

#[test]
fn a_key_without_the_cache_flag_is_loaded_only_during_use() {
    let engine = MbedTlsEngine::start().unwrap();
    let mut key = key(&engine, 1, P256, 256);
    key.attributes.key_policy.key_usage_flags.cache = false;
    let misses = engine.counted().cache_misses;
    signs(&engine, &key);
    assert!(!is_loaded(&engine, &key));
    // Signs and verifies while other tests load keys.
    assert!(engine.counted().cache_misses >= misses + 2);
    engine.public_key(&key).unwrap();
    assert!(!is_loaded(&engine, &key));
}

#[test]
fn public_keys_are_always_cached() {
    let engine = MbedTlsEngine::start().unwrap();
    let pair = key(&engine, 1, P256, 256);
    let mut public = KeyContext {
        id: KeyId(2),
        material: engine.public_key(&pair).unwrap().into(),
        ..pair.clone()
    };
    public.attributes.key_type = KeyType::EccPublicKey {
        curve_family: EccFamily::SecpR1,
    };
    public.attributes.key_policy.key_usage_flags.cache = false;
    let signature = engine.sign_hash(&pair, &ECDSA, &HASH).unwrap();
    engine
        .verify_hash(&public, &ECDSA, &HASH, &signature)
        .unwrap();
    assert!(is_loaded(&engine, &public));
}

#[test]
fn a_forgotten_key_is_unloaded_and_not_cached_again() {
    let engine = MbedTlsEngine::start().unwrap();
    let [gone, stays] = [1, 2].map(|id| key(&engine, id, P256, 256));
    signs(&engine, &gone);
    signs(&engine, &stays);
    engine.forget(&gone).unwrap();
    assert!(!is_loaded(&engine, &gone));
    // A call in flight when the key is destroyed succeeds, and leaves nothing loaded.
    signs(&engine, &gone);
    assert!(!is_loaded(&engine, &gone));
    engine.forget(&gone).unwrap();
    signs(&engine, &stays);
}

#[test]
fn engines_do_not_share_keys() {
    let [first, second] = [
        MbedTlsEngine::start().unwrap(),
        MbedTlsEngine::start().unwrap(),
    ];
    let [mine, yours] = [key(&first, 7, P256, 256), key(&second, 7, P256, 256)];
    signs(&first, &mine);
    let signature = second.sign_hash(&yours, &ECDSA, &HASH).unwrap();
    second
        .verify_hash(&yours, &ECDSA, &HASH, &signature)
        .unwrap();
    let error = first
        .verify_hash(&mine, &ECDSA, &HASH, &signature)
        .unwrap_err();
    assert_eq!(error.status(), Status::PsaErrorInvalidSignature);
    let slot = second.slot(yours.id);
    drop(second);
    assert!(!library::enter().unwrap().is_loaded(slot));
    signs(&first, &mine);
}

#[test]
fn the_library_works_after_a_panic() {
    let engine = MbedTlsEngine::start().unwrap();
    let key = key(&engine, 1, P256, 256);
    signs(&engine, &key);
    let panicked = thread::spawn(|| {
        let _library = library::enter();
        panic!("on purpose, to poison the lock");
    })
    .join();
    assert!(panicked.is_err());
    signs(&engine, &key);
}

#[test]
fn malformed_keys_are_rejected_without_printing_them() {
    let engine = MbedTlsEngine::start().unwrap();
    for data in [&[][..], &[0; 32], &[0xff; 32], &[0xab; 33]] {
        let error = engine.import(&any(P256), data).unwrap_err();
        assert_eq!(error.status(), Status::PsaErrorInvalidArgument);
        assert!(!format!("{error:?}").contains("ab, ab"));
    }
}

#[test]
fn a_hash_of_the_wrong_length_is_an_invalid_argument() {
    let engine = MbedTlsEngine::start().unwrap();
    let raw = AsymmetricSignature::RsaPkcs1v15SignRaw;
    let mut key = key(&engine, 1, KeyType::RsaKeyPair, 1024);
    key.attributes.key_policy.key_algorithm = Algorithm::AsymmetricSignature(raw);
    let signature = engine.sign_hash(&key, &raw, &[1; 117]).unwrap();
    engine
        .verify_hash(&key, &raw, &[1; 117], &signature)
        .unwrap();
    for (length, status) in [
        (117, Status::PsaErrorInvalidSignature),
        (118, Status::PsaErrorInvalidArgument),
    ] {
        let error = engine
            .verify_hash(&key, &raw, &vec![1; length], &[0xff; 128])
            .unwrap_err();
        assert_eq!(error.status(), status, "{length} bytes");
    }
    let error = engine.sign_hash(&key, &raw, &[1; 118]).unwrap_err();
    assert_eq!(error.status(), Status::PsaErrorInvalidArgument);
}

#[test]
fn operations_without_key_pairs_do_not_wait_for_the_library() {
    let provider = crate::start().unwrap();
    let (done, answers) = mpsc::channel();
    // Simulates the generation of an RSA key.
    let library = library::enter().unwrap();
    let other = thread::spawn(move || {
        let input = PsaHashCompute {
            alg: Hash::Sha256,
            input: vec![1; 100],
        };
        provider.psa_hash_compute(&input).unwrap();
        provider
            .psa_generate_random(&PsaGenerateRandom { size: 32 })
            .unwrap();
        let attributes = KeyAttributes {
            key_type: KeyType::Aes,
            key_bits: 256,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags::default(),
                key_algorithm: Algorithm::None,
            },
        };
        let key_name = String::from("key");
        provider
            .psa_generate_key(&PsaGenerateKey {
                key_name,
                attributes,
            })
            .unwrap();
        let check_type = CheckType::Generate;
        provider
            .can_do_crypto(&CanDoCrypto {
                check_type,
                attributes,
            })
            .unwrap();
        done.send(()).unwrap();
        // Dropping the provider waits for the library, to unload its keys.
    });
    let answered = answers.recv_timeout(Duration::from_secs(20));
    drop(library);
    assert!(answered.is_ok(), "waited for the library's lock");
    other.join().unwrap();
}

#[test]
fn derived_keys_are_reproducible_and_have_valid_sizes() {
    let provider = crate::start().unwrap();
    let alg = KeyDerivation::Hkdf {
        hash_alg: Hash::Sha512,
    };
    let secret = DerivationInput::Bytes {
        value: b"secret"[..].into(),
    };
    let inputs = DerivationInputs {
        secret: Some(secret),
        ..DerivationInputs::default()
    };
    let make = |key_type, key_bits| {
        let attributes = KeyAttributes {
            key_type,
            key_bits,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags::default(),
                key_algorithm: Algorithm::None,
            },
        };
        let input = DeriveKey {
            alg,
            inputs: inputs.clone(),
            key_name: "derived".into(),
            attributes,
            lifetime: None,
        };
        provider.derive_key(None, None, None, &input)
    };
    let curves = [
        (EccFamily::SecpR1, 256),
        (EccFamily::SecpR1, 521),
        (EccFamily::SecpK1, 256),
        (EccFamily::BrainpoolPR1, 512),
        (EccFamily::Montgomery, 255),
        (EccFamily::Montgomery, 448),
        (EccFamily::TwistedEdwards, 255),
    ];
    for (curve_family, bits) in curves {
        let key_type = KeyType::EccKeyPair { curve_family };
        let first = make(key_type, bits).unwrap();
        let second = make(key_type, bits).unwrap();
        assert_eq!(first.material, second.material, "{curve_family:?} {bits}");
        assert_eq!(first.attributes.key_bits, bits);
    }
    assert_eq!(make(KeyType::Aes, 256).unwrap().material.len(), 32);
    for (key_type, bits) in [(KeyType::Aes, 100), (KeyType::RsaKeyPair, 2048)] {
        let error = make(key_type, bits).unwrap_err();
        assert_eq!(error.status(), Status::PsaErrorNotSupported);
    }
}
