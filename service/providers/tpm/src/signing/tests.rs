use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parsec_contracts::types::{KeyAttributes, KeyPolicy, KeyType, UsageFlags};
use parsec_harness::Swtpm;
use parsec_provider::KeyId;
use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::structures::{Auth, Public};

use super::*;
use crate::device::Device;
use crate::registers::Registers;
use crate::template::{Origin, Promises};
use crate::{Settings, SoftwarePadding};

const FUNCTIONS: [Hash; 4] = [Hash::Sha512, Hash::Sha1, Hash::Sha256, Hash::Sha384];

fn digest(length: usize, bits: u32, known: &[Hash]) -> Option<(HashingAlgorithm, Vec<u8>)> {
    let hash: Vec<u8> = (1..=length as u8).collect();
    ecdsa_digest(&hash, bits, known)
}

#[test]
fn a_hash_as_long_as_the_order_is_signed_unchanged() {
    for (bits, algorithm) in [
        (256, HashingAlgorithm::Sha256),
        (384, HashingAlgorithm::Sha384),
    ] {
        let length = number_length(bits);
        let (found, number) = digest(length, bits, &FUNCTIONS).unwrap();
        assert_eq!(found, algorithm);
        assert_eq!(number, (1..=length as u8).collect::<Vec<_>>());
    }
}

#[test]
fn a_longer_hash_is_truncated() {
    let (found, number) = digest(64, 256, &FUNCTIONS).unwrap();
    assert_eq!(found, HashingAlgorithm::Sha256);
    assert_eq!(number, (1..=32).collect::<Vec<_>>());
    // P-224 has no hash function of its length: the TPM truncates the number.
    let (found, number) = digest(64, 224, &FUNCTIONS).unwrap();
    assert_eq!(found, HashingAlgorithm::Sha256);
    assert_eq!(number[..28], (1..=28).collect::<Vec<_>>());
    assert_eq!(number[28..], [0; 4]);
}

#[test]
fn a_shorter_hash_is_padded_with_zeros() {
    let (found, number) = digest(28, 256, &FUNCTIONS).unwrap();
    assert_eq!(found, HashingAlgorithm::Sha256);
    assert_eq!(number[..4], [0; 4]);
    assert_eq!(number[4..], (1..=28).collect::<Vec<_>>());
    let (found, number) = digest(48, 384, &[Hash::Sha512, Hash::Sha256]).unwrap();
    assert_eq!(found, HashingAlgorithm::Sha512);
    assert_eq!(number[48..], [0; 16]);
    assert_eq!(digest(48, 384, &[Hash::Sha256]), None);
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

const ANY: SignHash = SignHash::Any;
const PSS: AsymmetricSignature = AsymmetricSignature::RsaPss { hash_alg: ANY };
const PKCS1V15: AsymmetricSignature = AsymmetricSignature::RsaPkcs1v15Sign { hash_alg: ANY };

fn attributes(key_type: KeyType, alg: AsymmetricSignature) -> KeyAttributes {
    KeyAttributes {
        key_type,
        key_bits: 2048,
        key_policy: KeyPolicy {
            key_usage_flags: UsageFlags {
                sign_hash: true,
                verify_hash: true,
                ..UsageFlags::default()
            },
            key_algorithm: Algorithm::AsymmetricSignature(alg),
        },
    }
}

fn start(swtpm: &Swtpm, padding: SoftwarePadding) -> (Device, Arc<Abilities>) {
    let settings = Settings {
        tcti: swtpm.tcti(),
        ..Settings::default()
    };
    let device = Device::start(settings, Arc::new(())).unwrap();
    let abilities = device.with_tpm(move |tpm| Abilities::query(tpm, padding));
    (device, Arc::new(abilities.unwrap()))
}

fn make(device: &Device, alg: AsymmetricSignature, only_signs: bool) -> KeyContext {
    let attributes = attributes(KeyType::RsaKeyPair, alg);
    let material = device.with_tpm(move |tpm| {
        let origin = (Origin::Tpm, &Promises::default());
        let modulus = PublicKeyRsa::default();
        let mut template = template::rsa_key(&attributes, 2048, origin, modulus)?;
        if let Public::Rsa {
            object_attributes, ..
        } = &mut template
            && only_signs
        {
            *object_attributes = ObjectAttributesBuilder::new()
                .with_fixed_tpm(true)
                .with_fixed_parent(true)
                .with_sensitive_data_origin(true)
                .with_user_with_auth(true)
                .with_no_da(true)
                .with_sign_encrypt(true)
                .build()
                .unwrap();
        }
        tpm.create("generating the key", template, None)?.encode()
    });
    KeyContext {
        id: KeyId(NEXT_ID.fetch_add(1, Ordering::Relaxed)),
        attributes,
        material: material.unwrap(),
    }
}

fn signature(
    (device, abilities): &(Device, Arc<Abilities>),
    key: &KeyContext,
    alg: AsymmetricSignature,
    hash: Hash,
) -> Result<Vec<u8>, ProviderError> {
    let (abilities, key) = (Arc::clone(abilities), key.clone());
    let digest = vec![7; hash.length()];
    let alg = alg.with_hash(hash);
    device.with_tpm(move |tpm| sign(tpm, &abilities, &key, &alg, &digest))
}

#[test]
fn keys_that_only_sign_work_without_software_padding() {
    let swtpm = Swtpm::start();
    for padding in [SoftwarePadding::WhenNeeded, SoftwarePadding::Always] {
        let tpm = start(&swtpm, padding);
        for alg in [PSS, PKCS1V15] {
            let old = make(&tpm.0, alg, true);
            assert!(!Blob::decode(&old.material).unwrap().is_bare());
            signature(&tpm, &old, alg, Hash::Sha256).unwrap();
            let error = signature(&tpm, &old, alg, Hash::Sha224).unwrap_err();
            assert_eq!(error.status(), Status::PsaErrorNotSupported);
            assert!(error.message().contains("generate a new key"), "{error}");
        }
    }
}

#[test]
fn pss_is_padded_in_software_after_a_wrong_salt() {
    let swtpm = Swtpm::start();
    let tpm = start(&swtpm, SoftwarePadding::WhenNeeded);
    let key = make(&tpm.0, PSS, false);
    assert!(Blob::decode(&key.material).unwrap().is_bare());
    assert!(is_padded_by_tpm(&tpm.1, &PSS));
    signature(&tpm, &key, PSS, Hash::Sha256).unwrap();
    tpm.1.saw_wrong_salt(222);
    assert!(!is_padded_by_tpm(&tpm.1, &PSS));
    assert!(is_padded_by_tpm(&tpm.1, &PKCS1V15));
    // Signing verifies: a wrong salt would be an error.
    signature(&tpm, &key, PSS, Hash::Sha256).unwrap();
}

#[test]
fn a_signature_that_does_not_verify_is_an_error() {
    let swtpm = Swtpm::start();
    for padding in [SoftwarePadding::WhenNeeded, SoftwarePadding::Always] {
        let tpm = start(&swtpm, padding);
        for alg in [PSS, PKCS1V15] {
            let key = make(&tpm.0, alg, false);
            signature(&tpm, &key, alg, Hash::Sha256).unwrap();
            // The TPM signs with another key, which is loaded in its place.
            let other = KeyContext {
                id: key.id,
                ..make(&tpm.0, alg, false)
            };
            let error = signature(&tpm, &other, alg, Hash::Sha256).unwrap_err();
            assert_eq!(error.status(), Status::PsaErrorHardwareFailure);
            assert!(error.message().contains("invalid signature"), "{error}");
        }
    }
}

#[test]
fn wrong_salt_lengths_differ_from_wrong_signatures() {
    let modulus = include_bytes!("../../../api/src/suite/vectors/rsa-2048-public.der");
    let public = parsec_psa::rsa::PublicKey::from_pkcs1(modulus).unwrap();
    assert_eq!(public.bits(), 2048);
    let attributes = attributes(KeyType::RsaPublicKey, PSS);
    let unique = PublicKeyRsa::try_from(&modulus[9..265]).unwrap();
    let origin = (Origin::Public, &Promises::default());
    let blob = Blob {
        auth: Auth::default(),
        public: template::rsa_key(&attributes, 2048, origin, unique).unwrap(),
        private: None,
        registers: Registers::default(),
    };
    let key = KeyContext {
        id: KeyId(1),
        attributes,
        material: blob.encode().unwrap(),
    };
    let hash = parsec_psa::hash(Hash::Sha256, b"sample").unwrap();
    let alg = PSS.with_hash(Hash::Sha256);
    let salt = |signature: &[u8]| wrong_salt(&key, &alg, Hash::Sha256, &hash, signature).unwrap();
    let right = include_bytes!("../../../api/src/suite/vectors/rsa-2048-pss-salt-32.sig");
    let largest = include_bytes!("../../../api/src/suite/vectors/rsa-2048-pss-salt-max.sig");
    assert_eq!(salt(right), None);
    assert!(is_right(&key, &alg, &hash, right).unwrap());
    assert_eq!(salt(largest), Some(222));
    assert!(!is_right(&key, &alg, &hash, largest).unwrap());
    let mut wrong = *right;
    wrong[100] ^= 1;
    assert_eq!(salt(&wrong), None);
    assert!(!is_right(&key, &alg, &hash, &wrong).unwrap());
}
