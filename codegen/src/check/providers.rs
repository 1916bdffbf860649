//! A provider that is not published has a number of ours. It is one more of a published type, or
//! of a new one.

use crate::problem::Problem;
use crate::read::{Contracts, PROVIDERS};

/// Smaller numbers are the published protocol's.
const FIRST: u8 = 128;

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, provider) in &contracts.providers.provider {
        let mut wrong = |key: &str, message: String, help: &str| {
            problems.push(Problem::at(
                PROVIDERS,
                ["provider", name, key],
                message,
                help,
            ));
        };
        let is_published = contracts.published.provider.contains_key(name);
        match &provider.family {
            Some(_) if is_published => wrong(
                "family",
                "the published protocol has this provider itself".to_owned(),
                "take `family` out",
            ),
            Some(family) if !contracts.published.provider.contains_key(family) => wrong(
                "family",
                format!("there is no published provider `{family}`"),
                "name one that is in compat/published.toml",
            ),
            _ if !is_published && provider.id < FIRST => wrong(
                "id",
                format!(
                    "the number {} is in the published protocol's range",
                    provider.id
                ),
                "take one from 128 up",
            ),
            _ => {}
        }
    }
    problems
}
