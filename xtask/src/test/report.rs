//! Results of a part of the tests: counts, reasons for skips, seconds per test.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// The outcome of a part.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Report {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// Each distinct reason, with the number of tests that it skipped.
    pub(crate) skipped: BTreeMap<String, u64>,
    /// The duration of each test, if its runner measures it.
    pub(crate) times: Vec<(String, Duration)>,
}

/// The reason if a runner gives none.
const NO_REASON: &str = "no reason given";

impl Report {
    /// Creates the report of a part with a single test.
    pub(crate) fn of_one(passed: bool) -> Self {
        Self {
            passed: u64::from(passed),
            failed: u64::from(!passed),
            ..Self::default()
        }
    }

    /// Creates the report of a part that cannot run here.
    pub(crate) fn skipped(reason: &str) -> Self {
        let mut report = Self::default();
        report.skip(reason, 1);
        report
    }

    pub(crate) fn skip_count(&self) -> u64 {
        self.skipped.values().sum()
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
        self.times.extend(other.times);
    }

    fn skip(&mut self, reason: &str, count: u64) {
        let reason = match reason.trim() {
            "" => NO_REASON,
            reason => reason,
        };
        *self.skipped.entry(reason.to_owned()).or_default() += count;
    }
}

/// Parses the output of libtest or libtest-mimic, of one or several binaries.
pub(crate) fn of_libtest(output: &str) -> Report {
    let mut report = Report::default();
    let mut ignored = 0;
    for line in output.lines() {
        if let Some(counts) = line.strip_prefix("test result: ") {
            report.passed += count(counts, "passed");
            report.failed += count(counts, "failed");
            ignored += count(counts, "ignored");
        } else if let Some((name, outcome)) = test_line(line) {
            if let Some(reason) = outcome.strip_prefix("ignored") {
                report.skip(reason_of(reason), 1);
            } else if let Some(time) = seconds(outcome) {
                report.times.push((name.to_owned(), time));
            }
        }
    }
    // The output of a test may garble a line; the summary still counts.
    let unexplained = u64::saturating_sub(ignored, report.skip_count());
    if unexplained > 0 {
        report.skip(NO_REASON, unexplained);
    }
    report
}

/// Returns the reason after `ignored`: libtest writes `, reason`, libtest-mimic ` (reason)`.
fn reason_of(rest: &str) -> &str {
    let rest = rest.trim();
    let mimic = rest
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    mimic.unwrap_or_else(|| rest.trim_start_matches([',', ' ']))
}

/// Parses `test name ... outcome`: the name without libtest-mimic's kind, and the outcome.
fn test_line(line: &str) -> Option<(&str, &str)> {
    let (name, outcome) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let name = match name.strip_prefix('[') {
        Some(kind) => kind.split_once("] ").map_or(name, |(_, name)| name),
        None => name,
    };
    Some((name.trim(), outcome.trim()))
}

/// Returns the number before a word in `ok. 3 passed; 0 failed; …`.
fn count(summary: &str, word: &str) -> u64 {
    let mut previous = "";
    for item in summary
        .split([' ', ';', '.'])
        .filter(|item| !item.is_empty())
    {
        if item == word {
            return previous.parse().unwrap_or(0);
        }
        previous = item;
    }
    0
}

/// Returns the time in `ok <0.012s>`.
fn seconds(outcome: &str) -> Option<Duration> {
    let (_, after) = outcome.split_once('<')?;
    let (number, _) = after.split_once("s>")?;
    number.parse().ok().map(Duration::from_secs_f64)
}

/// Reads every JUnit file of a folder, if there are any.
pub(crate) fn of_junit(folder: &Path) -> Result<Option<Report>> {
    let mut report = None;
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != "xml") {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let read = junit(&text).with_context(|| format!("reading {}", path.display()))?;
        report.get_or_insert_with(Report::default).add(read);
    }
    Ok(report)
}

fn junit(text: &str) -> Result<Report> {
    let document = roxmltree::Document::parse(text)?;
    let mut report = Report::default();
    for case in document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
    {
        let child = |name: &str| case.children().find(|node| node.has_tag_name(name));
        if let Some(skipped) = child("skipped") {
            let reason = skipped.attribute("message").or(skipped.text());
            report.skip(reason.unwrap_or_default(), 1);
            continue;
        }
        if child("failure").or(child("error")).is_some() {
            report.failed += 1;
        } else {
            report.passed += 1;
        }
        let time = case.attribute("time").and_then(|time| time.parse().ok());
        if let (Some(name), Some(time)) = (case.attribute("name"), time) {
            // Some runners print a negative time for a test that they did not measure.
            let time = Duration::try_from_secs_f64(time).unwrap_or_default();
            report.times.push((name.to_owned(), time));
        }
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_harnesses_of_rust() {
        let output = "\
running 3 tests
test signs ... ok <0.250s>
test needs_tpm ... ignored, there is no TPM
test fails ... FAILED <1.000s>

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.00s

test [vsock] is_served    ... ignored (this kernel has no vsock (yet))
test quiet                ... ignored
test other                ... ok

test result: ok. 1 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
        let report = of_libtest(output);
        assert_eq!((report.passed, report.failed), (2, 1));
        let reasons = [
            "no reason given",
            "there is no TPM",
            "this kernel has no vsock (yet)",
        ];
        assert!(report.skipped.keys().eq(reasons), "{report:?}");
        let signs = ("signs".to_owned(), Duration::from_millis(250));
        assert_eq!(report.times[0], signs);
    }

    #[test]
    fn counts_a_skip_whose_line_was_lost() {
        let report = of_libtest("test result: ok. 1 passed; 0 failed; 2 ignored; 0 measured\n");
        assert_eq!(report.skipped[NO_REASON], 2);
    }

    #[test]
    fn reads_junit() {
        let text = r#"<testsuites><testsuite name="a">
            <testcase name="one" time="0.5"/>
            <testcase name="two" time="1.5"><failure message="no"/></testcase>
            <testcase name="three"><skipped type="skipped" message="needs a TPM"/></testcase>
            <testcase name="four" time="-1"><error/></testcase>
        </testsuite></testsuites>"#;
        let report = junit(text).unwrap();
        assert_eq!((report.passed, report.failed), (1, 2));
        assert_eq!(report.skipped["needs a TPM"], 1);
        assert_eq!(
            report.times[0],
            ("one".to_owned(), Duration::from_millis(500))
        );
    }
}
