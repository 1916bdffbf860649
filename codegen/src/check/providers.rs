//! A provider that is not published has a number in the range of extensions. Its family, if any, is
//! a published provider.

use crate::problem::Problem;
use crate::read::{Contracts, PROVIDERS};

/// The first number of extensions; smaller numbers belong to the published protocol.
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
                "this provider is published".to_owned(),
                "omit `family`",
            ),
            Some(family) if !contracts.published.provider.contains_key(family) => wrong(
                "family",
                format!("`{family}` is not a published provider"),
                "name a provider from compat/published.toml",
            ),
            _ if !is_published && provider.id < FIRST => wrong(
                "id",
                format!(
                    "the number {} is in the range of the published protocol",
                    provider.id
                ),
                "use a number from 128 on",
            ),
            _ => {}
        }
    }
    problems
}
