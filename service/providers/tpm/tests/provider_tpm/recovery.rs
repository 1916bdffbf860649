//! The provider recovers when its TPM was reset, restarted or gone for a while.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use parsec_contracts::operations::{
    PsaExportPublicKey, PsaGenerateKey, PsaGenerateRandom, PsaSignHash, PsaVerifyHash,
};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, EccFamily, Hash, KeyAttributes, KeyPolicy, KeyType, SignHash,
    UsageFlags,
};
use parsec_contracts::{Secret, Status};
use parsec_harness::{Swtpm, eventually, is_extended};
use parsec_provider::{KeyContext, KeyId, Operations as _, Provider as _, ProviderError};
use parsec_provider_tpm::Settings;
use parsec_psa::PsaProvider;

use crate::named;

const ALG: AsymmetricSignature = AsymmetricSignature::Ecdsa {
    hash_alg: SignHash::Specific(Hash::Sha256),
};
const HASH: [u8; 32] = [7; 32];
/// The maximum duration of a request while the TPM restarts.
const ANSWER_DEADLINE: Duration = Duration::from_secs(60);

/// Each test with its name.
pub(crate) const TESTS: &[(&str, fn())] = named![
    keys_work_after_the_tpm_was_restarted_between_two_requests,
    a_tpm_that_is_gone_is_reported_and_used_again_when_it_returns,
    every_request_gets_a_response_while_the_tpm_restarts,
    a_killed_service_does_not_occupy_the_tpm,
    a_stored_storage_key_equals_the_created_one,
    another_key_at_the_handle_is_rejected,
    the_owners_authorization_value_is_required_if_set,
    a_hanging_tpm_fails_all_requests_until_it_responds,
];

fn start(swtpm: &Swtpm) -> PsaProvider {
    start_with(swtpm, None).unwrap()
}

fn start_with(swtpm: &Swtpm, handle: Option<u32>) -> Result<PsaProvider, ProviderError> {
    parsec_provider_tpm::start(
        Settings {
            tcti: swtpm.tcti(),
            storage_key_handle: handle,
            ..Settings::default()
        },
        Arc::new(()),
    )
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

fn keys_work_after_the_tpm_was_restarted_between_two_requests() {
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

fn a_tpm_that_is_gone_is_reported_and_used_again_when_it_returns() {
    let mut swtpm = Swtpm::start();
    let provider = start(&swtpm);
    let key = generate(&provider, 1);
    swtpm.kill();
    for _ in 0..2 {
        let error = sign(&provider, &key).unwrap_err();
        assert_eq!(error.status(), Status::PsaErrorCommunicationFailure);
        assert!(error.message().contains("try again"), "{error}");
    }
    // The public key needs no TPM.
    let key_name = "key".into();
    provider
        .psa_export_public_key(&key, &PsaExportPublicKey { key_name })
        .unwrap();
    swtpm.restart();
    assert_works(&provider, &key);
}

fn every_request_gets_a_response_while_the_tpm_restarts() {
    let restarts = if is_extended() { 200 } else { 10 };
    let mut swtpm = Swtpm::start();
    let provider = start(&swtpm);
    let key = generate(&provider, 1);
    let mut answers = Vec::new();
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let (provider, key) = (&provider, &key);
        // Signs until the receiver is dropped, which also happens if this test panics.
        scope.spawn(move || while sender.send(sign(provider, key)).is_ok() {});
        for _ in 0..restarts {
            swtpm.restart();
            answers.extend(receiver.try_iter());
            loop {
                let answer = receiver.recv_timeout(ANSWER_DEADLINE);
                answers.push(answer.expect("the provider answers"));
                if answers.last().is_some_and(Result::is_ok) {
                    break;
                }
            }
        }
    });
    for error in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_eq!(
            error.status(),
            Status::PsaErrorCommunicationFailure,
            "{error:?}"
        );
    }
    assert_works(&provider, &key);
}

fn a_killed_service_does_not_occupy_the_tpm() {
    let swtpm = Swtpm::start();
    // A TPM without a resource manager keeps the objects of a killed program.
    for id in 0..6 {
        let provider = start(&swtpm);
        let key = generate(&provider, id);
        assert_works(&provider, &key);
        std::mem::forget(provider);
    }
}

fn a_stored_storage_key_equals_the_created_one() {
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

fn another_key_at_the_handle_is_rejected() {
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

fn the_owners_authorization_value_is_required_if_set() {
    let swtpm = Swtpm::start();
    let status = std::process::Command::new("tpm2_changeauth")
        .args(["--tcti", &swtpm.tcti(), "-c", "owner", "secret"])
        .status()
        .expect("tpm2-tools are installed; `cargo xtask test` does it");
    assert!(status.success());
    let with = |auth: &[u8], handle| {
        parsec_provider_tpm::start(
            Settings {
                tcti: swtpm.tcti(),
                owner_auth: Secret::from(auth),
                storage_key_handle: handle,
                ..Settings::default()
            },
            Arc::new(()),
        )
    };
    for handle in [None, Some(0x8100_0003)] {
        let provider = with(b"secret", handle).unwrap();
        assert_works(&provider, &generate(&provider, 1));
    }
    let error = with(b"wrong", None).unwrap_err();
    assert_eq!(error.status(), Status::PsaErrorNotPermitted);
    assert!(!format!("{error:?}").contains("wrong\""), "{error:?}");
}

fn a_hanging_tpm_fails_all_requests_until_it_responds() {
    /// A timeout that a test can wait for, but not for each of its requests.
    const DEADLINE: Duration = Duration::from_secs(1);
    const REQUESTS: usize = 200;
    let swtpm = Swtpm::start();
    let provider = parsec_provider_tpm::start(
        Settings {
            tcti: swtpm.tcti(),
            command_timeout: DEADLINE,
            ..Settings::default()
        },
        Arc::new(()),
    )
    .unwrap();
    let key = generate(&provider, 1);
    for _ in 0..2 {
        swtpm.hang();
        // Some requests wait together until the timeout, and all later ones fail immediately.
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..REQUESTS {
                        let error = sign(&provider, &key).unwrap_err();
                        assert_eq!(error.status(), Status::PsaErrorCommunicationFailure);
                        assert!(error.message().contains("try again"), "{error}");
                    }
                });
            }
        });
        // Calls that need no response do not wait.
        provider.forget(&key).unwrap();
        let key_name = "key".into();
        let public = provider.psa_export_public_key(&key, &PsaExportPublicKey { key_name });
        public.unwrap();
        swtpm.resume();
        eventually("the TPM is used again", || sign(&provider, &key).is_ok());
        assert_works(&provider, &key);
    }
    // Closing a provider does not wait for a TPM that hangs.
    swtpm.hang();
    sign(&provider, &key).unwrap_err();
    drop(provider);
    swtpm.resume();
}
