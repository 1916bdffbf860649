//! Results of all cases.

use std::collections::BTreeMap;
use std::sync::Mutex;

use parsec_tests_conformance::report::{Outcome, Report};

use crate::case::{Expectation, Run};

/// Results of the cases, by provider number and case ID.
#[derive(Debug, Default)]
pub(crate) struct Results(Mutex<BTreeMap<String, BTreeMap<String, String>>>);

impl Results {
    fn set(&self, run: &Run, result: String) {
        let mut results = self.0.lock().unwrap_or_else(|lost| lost.into_inner());
        let cases = results
            .entry(run.provider.number().to_string())
            .or_default();
        let before = cases
            .entry(run.case.id.clone())
            .or_insert_with(|| result.clone());
        // Both clients must pass.
        if Outcome::of(&result) == Outcome::Failed {
            *before = result;
        }
    }

    /// Records the result of a case that does not run, before the others run.
    pub(crate) fn expect(&self, run: &Run, expectation: &Expectation) {
        if matches!(expectation, Expectation::Skip(_)) {
            self.set(run, expectation.reason());
        }
    }

    pub(crate) fn record(&self, run: &Run, outcome: &Result<String, String>) {
        let result = match outcome {
            Ok(result) => result.clone(),
            Err(text) => format!("failed: {text}"),
        };
        self.set(run, result);
    }

    /// Prints the totals and writes the report.
    pub(crate) fn finish(&self) {
        let results = self
            .0
            .lock()
            .unwrap_or_else(|lost| lost.into_inner())
            .clone();
        let report = Report {
            language: "rust".into(),
            results,
        };
        let reports = [report];
        println!(
            "{}",
            parsec_tests_conformance::compare::compare(&reports).table
        );
        if let Some(path) = std::env::var_os("PARSEC_CONFORMANCE_REPORT") {
            let text = serde_json::to_string_pretty(&reports[0]).unwrap();
            std::fs::write(&path, text + "\n").unwrap();
        }
    }
}
