//! Symmetric keys: authenticated encryption, ciphers, MACs.

mod aead;
mod cipher;
mod mac;

use std::collections::HashMap;
use std::fmt;

use parsec_contracts::types::KeyAttributes;

use crate::wycheproof::report::{LeftOut, Outcome, Report};
use crate::wycheproof::session::Session;

const NO_SUCH_ALGORITHM: &str = "the contracts have no such algorithm";

/// The keys of a group, each imported once because many tests share it.
struct Keys {
    attributes: KeyAttributes,
    known: HashMap<Vec<u8>, Result<String, Outcome>>,
}

impl Keys {
    fn new(attributes: KeyAttributes) -> Self {
        Self {
            attributes,
            known: HashMap::new(),
        }
    }

    /// Returns the name of the key, or the outcome of all its tests.
    fn get(
        &mut self,
        session: &mut Session,
        report: &Report,
        data: &[u8],
    ) -> Result<String, Outcome> {
        let attributes = self.attributes;
        self.known
            .entry(data.to_vec())
            .or_insert_with(|| session.import(report.set(), attributes, data))
            .clone()
    }

    fn destroy(self, session: &Session) {
        for key_name in self.known.into_values().flatten() {
            session.destroy(key_name);
        }
    }
}

/// Lists the sets of algorithms that the contracts do not have.
fn leave_out<N: fmt::Debug + Copy>(
    title: &'static str,
    names: Vec<N>,
    is_known: impl Fn(N) -> bool,
    count: impl Fn(N) -> usize,
    left_out: &[LeftOut],
) {
    let mut report = Report::new(title);
    for name in names.into_iter().filter(|name| !is_known(*name)) {
        report.begin(name);
        report.leave_out(NO_SUCH_ALGORITHM, count(name));
    }
    report.finish(left_out);
}

/// Combines the outcomes of both directions, if they agree.
fn both(first: Outcome, second: Outcome) -> Outcome {
    match (first, second) {
        (first, second) if first == second => first,
        // Empty fields are not sent, but may be empty in one direction only.
        (Outcome::Rejected, Outcome::Unsent) | (Outcome::Unsent, Outcome::Rejected) => {
            Outcome::Rejected
        }
        (first, second) => {
            Outcome::Wrong(format!("one direction: {first:?}, the other: {second:?}"))
        }
    }
}
