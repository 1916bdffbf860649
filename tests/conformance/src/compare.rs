//! Comparison of the languages' reports.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::report::{Outcome, Report};

/// Result of a comparison of reports.
#[derive(Debug)]
pub struct Comparison {
    /// The totals side by side.
    pub table: String,
    /// A sentence for each difference and each failure.
    pub differences: Vec<String>,
    /// A sentence for each known failure.
    pub known: Vec<String>,
}

/// Compares reports, one per language.
///
/// Every language must have passed or skipped the same cases for the same reasons. A known failure
/// replaces either: it is reported, but is not a difference.
pub fn compare(reports: &[Report]) -> Comparison {
    let mut comparison = Comparison {
        table: table(reports),
        differences: Vec::new(),
        known: Vec::new(),
    };
    let all: BTreeSet<(&str, &str)> = reports
        .iter()
        .flat_map(|report| &report.results)
        .flat_map(|(provider, cases)| cases.keys().map(move |id| (id.as_str(), provider.as_str())))
        .collect();
    if all.is_empty() {
        comparison
            .differences
            .push("no language has run a case".into());
    }
    for (id, provider) in all {
        let results = reports.iter().map(|report| {
            let result = report.results.get(provider).and_then(|cases| cases.get(id));
            (report.language.as_str(), result.map(String::as_str))
        });
        judge(id, provider, &results.collect::<Vec<_>>(), &mut comparison);
    }
    comparison
}

fn judge(id: &str, provider: &str, results: &[(&str, Option<&str>)], comparison: &mut Comparison) {
    let outcome = |result: &Option<&str>| result.map(Outcome::of);
    let mut counted = BTreeSet::new();
    let mut failed = false;
    for (language, result) in results {
        match outcome(result) {
            Some(Outcome::KnownFailing) => {
                let text = result.unwrap_or_default();
                comparison
                    .known
                    .push(format!("{id} on {provider}, {language}: {text}"));
            }
            other => {
                failed |= other == Some(Outcome::Failed);
                counted.insert(*result);
            }
        }
    }
    if failed || counted.len() > 1 {
        let words = results
            .iter()
            .map(|(language, result)| format!("{language}: {}", result.unwrap_or("not run")));
        let words = words.collect::<Vec<_>>().join("; ");
        comparison
            .differences
            .push(format!("{id} on {provider}: {words}"));
    }
}

/// Outcomes in the order of the table.
const OUTCOMES: [(Outcome, &str); 4] = [
    (Outcome::Passed, "passed"),
    (Outcome::Skipped, "skipped"),
    (Outcome::KnownFailing, "known failing"),
    (Outcome::Failed, "failed"),
];

fn table(reports: &[Report]) -> String {
    let mut text = format!("{:<10} {:>9}", "language", "provider");
    for (_, word) in OUTCOMES {
        // Writing to a string cannot fail.
        let _ = write!(text, " {word:>14}");
    }
    for report in reports {
        for (provider, cases) in &report.results {
            let mut counts = BTreeMap::new();
            for result in cases.values() {
                *counts.entry(Outcome::of(result)).or_insert(0) += 1;
            }
            let _ = write!(text, "\n{:<10} {provider:>9}", report.language);
            for (outcome, _) in OUTCOMES {
                let count = counts.get(&outcome).unwrap_or(&0);
                let _ = write!(text, " {count:>14}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(language: &str, results: &[(&str, &str)]) -> Report {
        let cases = results
            .iter()
            .map(|(id, result)| ((*id).to_owned(), (*result).to_owned()));
        Report {
            language: language.into(),
            results: BTreeMap::from([("3".to_owned(), cases.collect())]),
        }
    }

    #[test]
    fn equal_reports_do_not_differ() {
        let results = [("a", "passed"), ("b", "skipped: needs generate:ed25519")];
        let comparison = compare(&[report("rust", &results), report("node", &results)]);
        assert_eq!(comparison.differences, Vec::<String>::new());
        assert_eq!(comparison.table.lines().count(), 3);
        assert!(comparison.table.contains("node"), "{}", comparison.table);
    }

    #[test]
    fn a_case_that_one_language_skips_or_omits_is_a_difference() {
        let rust = report("rust", &[("a", "passed"), ("b", "passed")]);
        let node = report("node", &[("a", "skipped: needs generate:ed25519")]);
        let differences = compare(&[rust, node]).differences;
        assert_eq!(
            differences,
            [
                "a on 3: rust: passed; node: skipped: needs generate:ed25519",
                "b on 3: rust: passed; node: not run",
            ]
        );
    }

    #[test]
    fn skips_for_different_reasons_are_a_difference() {
        let rust = report("rust", &[("a", "skipped: not on tpm")]);
        let node = report("node", &[("a", "skipped: needs opcode:quote")]);
        assert_eq!(compare(&[rust, node]).differences.len(), 1);
    }

    #[test]
    fn a_failure_of_all_languages_counts() {
        let results = [("a", "failed: step 2")];
        let reports = [report("rust", &results), report("node", &results)];
        assert_eq!(compare(&reports).differences.len(), 1);
    }

    #[test]
    fn a_known_failure_is_reported_but_does_not_count() {
        let rust = report("rust", &[("a", "passed")]);
        let node = report("node", &[("a", "known-failing: no such call yet")]);
        let comparison = compare(&[rust, node]);
        assert_eq!(comparison.differences, Vec::<String>::new());
        assert_eq!(
            comparison.known,
            ["a on 3, node: known-failing: no such call yet"]
        );
    }

    #[test]
    fn empty_reports_do_not_agree() {
        assert_eq!(compare(&[report("rust", &[])]).differences.len(), 1);
        assert_eq!(compare(&[]).differences.len(), 1);
    }
}
