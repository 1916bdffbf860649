use std::sync::Arc;

use parsec_contracts::types::{AsymmetricEncryption, EccFamily};
use parsec_contracts::types::{Cipher, FullLengthMac, KeyType, Mac, RawKeyAgreement};
use parsec_harness::Swtpm;
use parsec_psa::{Engine as _, Secrets as _};
use tss_esapi::constants::CapabilityType;
use tss_esapi::constants::tss::{TPM2_LOADED_SESSION_FIRST, TPM2_TRANSIENT_FIRST};
use tss_esapi::structures::CapabilityData;

use super::*;
use crate::Settings;
use crate::abilities::Abilities;
use crate::device::Device;
use crate::engine::TpmEngine;

fn settings(swtpm: &Swtpm) -> Settings {
    Settings {
        tcti: swtpm.tcti(),
        ..Settings::default()
    }
}

/// The numbers of loaded keys and sessions.
fn loaded(tpm: &mut Tpm) -> [usize; 2] {
    [TPM2_TRANSIENT_FIRST, TPM2_LOADED_SESSION_FIRST].map(|first| {
        let (found, _) = tpm
            .without_session("counting", |context| {
                context.get_capability(CapabilityType::Handles, first, 64)
            })
            .unwrap();
        match found {
            CapabilityData::Handles(handles) => handles.len(),
            _ => 0,
        }
    })
}

#[test]
fn a_wrong_answer_disables_only_its_task() {
    let swtpm = Swtpm::start();
    let device = Device::start(settings(&swtpm), Arc::new(())).unwrap();
    let outcome = device.with_tpm(|tpm| {
        let abilities = Abilities::query(tpm, crate::SoftwarePadding::default())?;
        let before = loaded(tpm);
        assert_eq!(run(tpm, "test", groups(&abilities)?)?, []);

        let count = |groups: &[Group]| groups.iter().map(|group| group.questions.len()).sum();
        let all: usize = count(&groups(&abilities)?);
        let least = abilities.hashes.len() * 2 + abilities.aes.len() * 5 + 3 + 2;
        assert!(all >= least, "{all} questions, {least} at least");
        for wrong in 0..all {
            let mut groups = groups(&abilities)?;
            let mut questions = groups.iter_mut().flat_map(|group| &mut group.questions);
            let question = questions.nth(wrong).unwrap();
            question.answer[0] ^= 1;
            let task = question.task;
            assert_eq!(run(tpm, "test", groups)?, [task]);
        }
        assert_eq!(loaded(tpm), before);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn disabled_tasks_are_not_offered() {
    let swtpm = Swtpm::start();
    let mut engine = TpmEngine::start(settings(&swtpm), Arc::new(())).unwrap();
    assert_eq!(engine.abilities.disabled, []);
    let curve_family = EccFamily::SecpR1;
    let pair = KeyType::EccKeyPair { curve_family };
    let hmac = |hash_alg| Mac::FullLength(FullLengthMac::Hmac { hash_alg });
    let oaep = |hash_alg| AsymmetricEncryption::RsaOaep { hash_alg };
    let offers = |engine: &TpmEngine| {
        [
            engine.has_mac(&KeyType::Hmac, 256, &hmac(Hash::Sha256)),
            engine.has_mac(&KeyType::Hmac, 256, &hmac(Hash::Sha384)),
            engine.has_cipher(&KeyType::Aes, 128, Cipher::Ctr),
            engine.has_cipher(&KeyType::Aes, 256, Cipher::Ctr),
            engine.has_cipher(&KeyType::Aes, 0, Cipher::Ctr),
            engine.has_agreement(&pair, 256, RawKeyAgreement::Ecdh),
            engine.has_agreement(&pair, 384, RawKeyAgreement::Ecdh),
            engine.has_encryption(&AsymmetricEncryption::RsaPkcs1v15Crypt),
            engine.has_encryption(&oaep(Hash::Sha256)),
        ]
    };
    assert_eq!(offers(&engine), [true; 9]);
    let mut disable = |off: &[Task]| {
        Arc::get_mut(&mut engine.abilities).unwrap().disabled = off.to_vec();
        offers(&engine)
    };
    let some = [
        Task::Hmac(Hash::Sha256),
        Task::Cipher(128, Cipher::Ctr),
        Task::Agreement(256),
        Task::Pkcs1v15,
        // The padding of this one is computed in software instead.
        Task::Oaep(Hash::Sha256),
    ];
    assert_eq!(
        disable(&some),
        [false, true, false, true, true, false, true, false, true]
    );
    // Without raw RSA, only the TPM's own padding remains.
    let bare = [Task::BareRsa];
    assert_eq!(disable(&bare), [true; 9]);
    let both = [Task::BareRsa, Task::Oaep(Hash::Sha256)];
    assert!(!disable(&both)[8]);
}
