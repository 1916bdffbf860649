//! What became of the cases in one language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What became of the cases in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Such as `rust`.
    pub language: String,
    /// `passed`, `skipped: …`, `known-failing: …` or `failed: …` by case, by the provider's number.
    pub results: BTreeMap<String, BTreeMap<String, String>>,
}

/// The first word of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// All steps ended as they should.
    Passed,
    /// It was not for this provider.
    Skipped,
    /// It fails, as the language's list says.
    KnownFailing,
    /// Anything else.
    Failed,
}

impl Outcome {
    /// The outcome that a result begins with.
    pub fn of(result: &str) -> Self {
        match result.split(':').next().map(str::trim) {
            Some("passed") => Self::Passed,
            Some("skipped") => Self::Skipped,
            Some("known-failing") => Self::KnownFailing,
            _ => Self::Failed,
        }
    }
}
