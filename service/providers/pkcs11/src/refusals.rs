//! Mechanisms that failed, although the token lists them.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use cryptoki::mechanism::MechanismType;
use parsec_contracts::types::Hash;

/// Mechanisms that failed, each with its hash function, until the service restarts.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<BTreeSet<(u64, Option<usize>)>>);

impl Refusals {
    pub(crate) fn contains(&self, mechanism: MechanismType, hash: Option<Hash>) -> bool {
        self.lock().contains(&entry(mechanism, hash))
    }

    pub(crate) fn add(&self, mechanism: MechanismType, hash: Option<Hash>) {
        self.lock().insert(entry(mechanism, hash));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<(u64, Option<usize>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn entry(mechanism: MechanismType, hash: Option<Hash>) -> (u64, Option<usize>) {
    let index = hash.and_then(|hash| Hash::ALL.iter().position(|one| *one == hash));
    (*mechanism, index)
}
