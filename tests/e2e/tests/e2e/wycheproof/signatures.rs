//! Signatures: ECDSA, RSASSA-PKCS1-v1_5 and RSASSA-PSS.

mod ecdsa;
mod rsa;

use parsec_client::{ErrorKind, PublicKey, Signature, Status};
use parsec_contracts::operations::PsaVerifyMessage;
use parsec_contracts::types::{Algorithm, AsymmetricSignature, KeyAttributes, KeyType, UsageFlags};

use crate::wycheproof::report::{Case, Outcome, Report};
use crate::wycheproof::session::{PROVIDER, Session, answer, attributes, settle};

const NO_SUCH_HASH: &str = "the contracts have no SHAKE";

/// The key that a group of tests verifies with.
struct Verifier {
    attributes: KeyAttributes,
    alg: AsymmetricSignature,
    key: Vec<u8>,
}

impl Verifier {
    fn new(key_type: KeyType, bits: u32, alg: AsymmetricSignature, key: &[u8]) -> Self {
        let usage = UsageFlags {
            verify_message: true,
            verify_hash: true,
            ..UsageFlags::default()
        };
        let algorithm = Algorithm::AsymmetricSignature(alg);
        Self {
            attributes: attributes(key_type, bits, usage, algorithm),
            alg,
            key: key.to_vec(),
        }
    }
}

/// A signature in wire format, if it can be parsed.
struct Verification {
    case: Case,
    message: Vec<u8>,
    signature: Option<Vec<u8>>,
}

/// Verifies in the client, without the service; `None` if it does not support the algorithm or the key.
fn verify_locally(verifier: &Verifier, message: &[u8], signature: &[u8]) -> Option<bool> {
    let KeyAttributes {
        key_type, key_bits, ..
    } = verifier.attributes;
    let key = PublicKey::from_raw(key_type, key_bits, verifier.key.clone()).ok()?;
    let signature = Signature::from_raw(signature, &key);
    match signature.and_then(|signature| key.verify(verifier.alg, message, &signature)) {
        Ok(()) => Some(true),
        Err(error) if error.kind() == ErrorKind::InvalidSignature => Some(false),
        Err(_) => None,
    }
}

/// Verifies all signatures of a group with its key.
fn verify(
    session: &mut Session,
    report: &mut Report,
    verifier: &Verifier,
    group: Vec<Verification>,
) {
    if let Some(reason) = session.lacks(verifier.attributes) {
        return report.leave_out(reason, group.len());
    }
    let group = report.choose(verifier.attributes, group, |test| &test.case);
    if group.is_empty() {
        return;
    }
    let key = session.import(report.set(), verifier.attributes, &verifier.key);
    for test in group {
        let outcome = match (&key, test.signature) {
            (Err(outcome), _) => outcome.clone(),
            (Ok(_), None) => Outcome::Unsent,
            (Ok(key_name), Some(signature)) => {
                let local = verify_locally(verifier, &test.message, &signature);
                let input = PsaVerifyMessage {
                    key_name: key_name.clone(),
                    alg: verifier.alg,
                    message: test.message,
                    signature,
                };
                let result = session.raw().psa_verify_message(PROVIDER, input);
                let verified = answer(result, &[Status::PsaErrorInvalidSignature]);
                match (settle(verified.map(|_| Outcome::Accepted)), local) {
                    (Outcome::Accepted, Some(false)) | (Outcome::Rejected, Some(true)) => {
                        Outcome::Wrong("the client's own verification has another result".into())
                    }
                    (outcome, _) => outcome,
                }
            }
        };
        report.judge(&test.case, &outcome);
    }
    if let Ok(key_name) = key {
        session.destroy(key_name);
    }
}
