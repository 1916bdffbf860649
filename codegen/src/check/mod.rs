//! Judges the contracts: one file a rule.

use crate::problem::Problem;
use crate::read::Contracts;

/// All problems of the contracts.
pub fn all(_contracts: &Contracts) -> Vec<Problem> {
    Vec::new()
}
