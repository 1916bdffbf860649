#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
#![allow(clippy::print_stdout, reason = "the totals are for people")]
//! Runs the cases with the Rust clients, blocking and async, on every provider: one named test for
//! each. Also checks that the case files are consistent.

mod async_client;
mod blocking_client;
mod case;
mod layout;
mod raw;
mod results;
mod values;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use parsec_client::{Endpoint, ProviderId};
use parsec_harness::Devices;
use parsec_tests_conformance::model::Case;
use parsec_tests_conformance::needs::Abilities;
use parsec_tests_conformance::{files, folder, known_failing};

use crate::case::{Expectation, Run, Which};
use crate::results::Results;

/// The providers of the test service.
const PROVIDERS: [ProviderId; 4] = [
    ProviderId::Software,
    ProviderId::Pkcs11,
    ProviderId::Tpm,
    ProviderId::SecondPkcs11,
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases = files::cases().unwrap_or_else(|error| panic!("{error:#}"));
    let list = folder().join("known-failing/rust.txt");
    let list = std::fs::read_to_string(list).unwrap();
    let is_case = |id: &str| cases.iter().any(|case| case.id == id);
    let known = known_failing::parse(&list, is_case).unwrap_or_else(|error| panic!("{error:#}"));

    let specs = std::fs::read_to_string(folder().join("specs.json")).unwrap();
    let specs = serde_json::from_str(&specs).unwrap();

    let devices = Devices::start();
    let service = devices.service().start();
    let endpoint = Endpoint::parse(&service.endpoint()).unwrap();
    let abilities = Abilities::new(specs);
    let results = Arc::new(Results::default());
    let mut trials: Vec<_> = layout::TESTS.iter().copied().map(layout_trial).collect();
    for case in &cases {
        for provider in PROVIDERS {
            let run = Run {
                case: case.clone(),
                provider,
                endpoint: endpoint.clone(),
            };
            let parsec = blocking_client::connect(&run, "web", provider).unwrap();
            let skip_reason = abilities.skip_reason(&parsec, provider, case).unwrap();
            let known = known.get(&(case.id.clone(), provider.number())).cloned();
            let expectation = expectation(case, provider, skip_reason, known);
            for which in [Which::Blocking, Which::Async] {
                trials.push(trial(run.clone(), expectation.clone(), which, &results));
            }
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        results.finish();
    }
    // Write the report before the process exits.
    drop(service);
    conclusion.exit_code()
}

fn expectation(
    case: &Case,
    provider: ProviderId,
    skip_reason: Option<String>,
    known: Option<String>,
) -> Expectation {
    let family = provider.family().name();
    if case.not_on.iter().any(|absent| absent.name() == family) {
        return Expectation::NotSupported(family);
    }
    match (skip_reason, known) {
        (Some(reason), _) => Expectation::Skip(reason),
        (None, Some(reason)) => Expectation::KnownFailure(reason),
        (None, None) => Expectation::Passes,
    }
}

fn layout_trial((name, test): (&str, fn())) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// Skipped cases are shown as ignored, with their reason.
fn trial(run: Run, expectation: Expectation, which: Which, results: &Arc<Results>) -> Trial {
    let name = format!(
        "{} on {}{}",
        run.case.id,
        run.provider.number(),
        which.suffix()
    );
    let kind = expectation.kind();
    results.expect(&run, &expectation);
    let results = Arc::clone(results);
    let trial = Trial::ignorable_test(name, move || {
        if let Expectation::Skip(reason) = &expectation {
            return Ok(Completion::ignored_with(reason));
        }
        let outcome = run.judge(which, &expectation);
        results.record(&run, &outcome);
        outcome.map(|_| Completion::Completed).map_err(Failed::from)
    });
    trial.with_kind(kind)
}
