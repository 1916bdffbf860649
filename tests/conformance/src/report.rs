//! Results of the cases in one language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Results of the cases in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The language, such as `rust`.
    pub language: String,
    /// Results by case and provider number: `passed`, `skipped: …`, `known-failing: …` or `failed:
    /// …`.
    pub results: BTreeMap<String, BTreeMap<String, String>>,
}

/// The first word of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// All steps gave the expected results.
    Passed,
    /// The case does not run on this provider.
    Skipped,
    /// It fails, as listed for the language.
    KnownFailing,
    /// Any other result.
    Failed,
}

impl Outcome {
    /// Parses the outcome at the beginning of a result.
    pub fn of(result: &str) -> Self {
        match result.split(':').next().map(str::trim) {
            Some("passed") => Self::Passed,
            Some("skipped") => Self::Skipped,
            Some("known-failing") => Self::KnownFailing,
            _ => Self::Failed,
        }
    }
}
