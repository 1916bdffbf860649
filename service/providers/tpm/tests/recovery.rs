#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The provider goes on when its TPM was reset, restarted or away for a while.

use std::thread;

use parsec_contracts::operations::{
    PsaExportPublicKey, PsaGenerateKey, PsaGenerateRandom, PsaSignHash, PsaVerifyHash,
};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, EccFamily, Hash, KeyAttributes, KeyPolicy, KeyType, SignHash,
    UsageFlags,
};
use parsec_contracts::{Secret, Status};
use parsec_harness::Swtpm;
use parsec_provider::{KeyContext, KeyId, Operations as _, ProviderError};
use parsec_provider_psa::PsaProvider;
use parsec_provider_tpm::Settings;

const ALG: AsymmetricSignature = AsymmetricSignature::Ecdsa {
    hash_alg: SignHash::Specific(Hash::Sha256),
};
const HASH: [u8; 32] = [7; 32];

fn start(swtpm: &Swtpm) -> PsaProvider {
    start_with(swtpm, None).unwrap()
}

fn start_with(swtpm: &Swtpm, handle: Option<u32>) -> Result<PsaProvider, ProviderError> {
    parsec_provider_tpm::start(Settings {
        tcti: swtpm.tcti(),
        owner_auth: Secret::default(),
        storage_key_handle: handle,
        endorsement_auth: Secret::default(),
    })
}

fn generate(provider: &PsaProvider, id: u64) -> KeyContext {
    let attributes = KeyAttributes {
        key_type: KeyType::EccKeyPair {
            curve_family: EccFamily::SecpR1,
        },
        key_bits: 256,
        key_policy: KeyPolicy {
            key_usage_flags: UsageFlags {
                sign_hash: true,
                verify_hash: true,
                ..UsageFlags::default()
            },
            key_algorithm: Algorithm::AsymmetricSignature(ALG),
        },
    };
    let created = provider
        .psa_generate_key(&PsaGenerateKey {
            key_name: "key".into(),
            attributes,
        })
        .unwrap();
    KeyContext {
        id: KeyId(id),
        attributes: created.attributes,
        material: created.material,
    }
}

fn sign(provider: &PsaProvider, key: &KeyContext) -> Result<Vec<u8>, ProviderError> {
    let input = PsaSignHash {
        key_name: "key".into(),
        alg: ALG,
        hash: HASH.to_vec(),
    };
    Ok(provider.psa_sign_hash(key, &input)?.signature)
}

fn assert_works(provider: &PsaProvider, key: &KeyContext) {
    let signature = sign(provider, key).unwrap();
    let input = PsaVerifyHash {
        key_name: "key".into(),
        alg: ALG,
        hash: HASH.to_vec(),
        signature,
    };
    provider.psa_verify_hash(key, &input).unwrap();
}

#[test]
fn keys_work_on_after_the_tpm_was_restarted_between_two_requests() {
    let mut swtpm = Swtpm::start();
    let provider = start(&swtpm);
    let keys = [generate(&provider, 1), generate(&provider, 2)];
    for _ in 0..3 {
        swtpm.restart();
        for key in &keys {
            assert_works(&provider, key);
        }
        provider
            .psa_generate_random(&PsaGenerateRandom { size: 100 })
            .unwrap();
    }
    generate(&provider, 3);
}

#[test]
fn a_tpm_that_is_gone_is_said_to_be_and_used_again_when_it_is_back() {
    let mut swtpm = Swtpm::start();
    let provider = start(&swtpm);
    let key = generate(&provider, 1);
    swtpm.kill();
    for _ in 0..2 {
        let error = sign(&provider, &key).unwrap_err();
        assert_eq!(error.status(), Status::PsaErrorCommunicationFailure);
        assert!(error.message().contains("try again"), "{error}");
    }
    // What is known of a key needs no TPM.
    let key_name = "key".into();
    provider
        .psa_export_public_key(&key, &PsaExportPublicKey { key_name })
        .unwrap();
    swtpm.restart();
    assert_works(&provider, &key);
}

#[test]
fn every_request_is_answered_while_the_tpm_comes_and_goes() {
    const REQUESTS: usize = 400;
    let mut swtpm = Swtpm::start();
    let provider = start(&swtpm);
    let key = generate(&provider, 1);
    let answers: Vec<_> = thread::scope(|scope| {
        let signing = scope.spawn(|| (0..REQUESTS).map(|_| sign(&provider, &key)).collect());
        while !signing.is_finished() {
            swtpm.restart();
            thread::sleep(std::time::Duration::from_millis(40));
        }
        signing.join().unwrap()
    });
    let refused: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().err())
        .collect();
    for error in &refused {
        assert_eq!(
            error.status(),
            Status::PsaErrorCommunicationFailure,
            "{error:?}"
        );
    }
    assert!(refused.len() < REQUESTS, "nothing was signed");
    assert_works(&provider, &key);
}

#[test]
fn services_that_were_killed_leave_room_for_the_next() {
    let swtpm = Swtpm::start();
    // A chip without a resource manager keeps what a dead program has loaded.
    for id in 0..6 {
        let provider = start(&swtpm);
        let key = generate(&provider, id);
        assert_works(&provider, &key);
        std::mem::forget(provider);
    }
}

#[test]
fn a_storage_key_that_is_kept_in_the_chip_is_the_one_that_is_made() {
    const HANDLE: u32 = 0x8100_0001;
    let mut swtpm = Swtpm::start();
    let key = generate(&start(&swtpm), 1);
    for _ in 0..2 {
        let provider = start_with(&swtpm, Some(HANDLE)).unwrap();
        assert_works(&provider, &key);
        assert_works(&provider, &generate(&provider, 2));
        swtpm.restart();
        assert_works(&provider, &key);
        drop(provider);
    }
    assert_works(&start(&swtpm), &key);
    let error = start_with(&swtpm, Some(0x1234)).unwrap_err();
    assert!(error.message().contains("0x81000000"), "{error}");
}

#[test]
fn somebody_elses_key_at_the_handle_is_not_taken_for_ours() {
    const HANDLE: &str = "0x81000002";
    let swtpm = Swtpm::start();
    let folder = tempfile::tempdir().unwrap();
    let context = folder.path().join("other.ctx");
    let context = context.to_str().unwrap();
    for arguments in [
        &[
            "tpm2_createprimary",
            "-C",
            "o",
            "-G",
            "rsa2048",
            "-c",
            context,
        ][..],
        &["tpm2_evictcontrol", "-C", "o", "-c", context, HANDLE],
        &["tpm2_flushcontext", "-t"],
    ] {
        let status = std::process::Command::new(arguments[0])
            .args(["--tcti", &swtpm.tcti()])
            .args(&arguments[1..])
            .stdout(std::process::Stdio::null())
            .status()
            .expect("tpm2-tools are installed; `cargo xtask test` does it");
        assert!(status.success(), "{arguments:?}");
    }
    let error = start_with(&swtpm, Some(0x8100_0002)).unwrap_err();
    assert!(error.message().contains("another template"), "{error}");
}

#[test]
fn the_owners_authorisation_value_is_needed_where_there_is_one() {
    let swtpm = Swtpm::start();
    let status = std::process::Command::new("tpm2_changeauth")
        .args(["--tcti", &swtpm.tcti(), "-c", "owner", "secret"])
        .status()
        .expect("tpm2-tools are installed; `cargo xtask test` does it");
    assert!(status.success());
    let with = |auth: &[u8], handle| {
        parsec_provider_tpm::start(Settings {
            tcti: swtpm.tcti(),
            owner_auth: Secret::from(auth),
            storage_key_handle: handle,
            endorsement_auth: Secret::default(),
        })
    };
    for handle in [None, Some(0x8100_0003)] {
        let provider = with(b"secret", handle).unwrap();
        assert_works(&provider, &generate(&provider, 1));
    }
    let error = with(b"wrong", None).unwrap_err();
    assert_eq!(error.status(), Status::PsaErrorNotPermitted);
    assert!(!format!("{error:?}").contains("wrong\""), "{error:?}");
}
