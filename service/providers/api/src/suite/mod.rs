//! The test suite for every [`Provider`].
//!
//! Each provider's crate runs it from the `main` of its one test binary, with `harness = false`:
//!
//! ```
//! use std::process::ExitCode;
//!
//! # use parsec_provider::Provider;
//! fn test(provider: impl Provider) -> ExitCode {
//!     parsec_provider::suite::main(provider, &["rsa_pss_signature_verifies"], &[])
//! }
//! ```
//!
//! Every case is a named test. A case is skipped, with the reason, if the provider does not serve
//! an operation or reports through `can_do_crypto` that it lacks a capability. The caller lists the
//! expected skips: any other skip is a failure, and so is a listed case that runs, so that no
//! provider silently runs fewer tests than it could.

mod abilities;
mod aead;
mod agreement;
mod asymmetric_encryption;
mod capabilities;
mod concurrency;
mod forged;
mod generated;
mod hashing;
mod imports;
mod keys;
mod opcodes;
mod random;
mod rig;
mod secrecy;
mod signatures;
mod specs;
mod usable;
mod vectors;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Trial};
use parsec_contracts::Opcode;

use crate::Provider;
pub use rig::{Rig, Stop, TestKey};

/// A named test.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The asserted property, in snake case.
    pub name: &'static str,
    /// The operations that the case requires.
    pub needs: &'static [Opcode],
    run: fn(&Rig) -> Result<(), Stop>,
}

impl Case {
    const fn new(
        name: &'static str,
        needs: &'static [Opcode],
        run: fn(&Rig) -> Result<(), Stop>,
    ) -> Self {
        Self { name, needs, run }
    }

    /// Runs the case.
    ///
    /// # Errors
    ///
    /// [`Stop::Skip`] if the provider lacks a capability, [`Stop::Fail`] if it is wrong.
    pub fn run(&self, rig: &Rig) -> Result<(), Stop> {
        for opcode in self.needs {
            if !rig.serves(*opcode) {
                return Err(Stop::Skip(format!("the provider does not serve {opcode}")));
            }
        }
        (self.run)(rig)
    }
}

/// All cases.
pub fn cases() -> impl Iterator<Item = Case> {
    [
        opcodes::CASES,
        keys::CASES,
        imports::CASES,
        forged::CASES,
        usable::CASES,
        aead::CASES,
        signatures::CASES,
        asymmetric_encryption::CASES,
        agreement::CASES,
        hashing::CASES,
        random::CASES,
        abilities::CASES,
        capabilities::CASES,
        concurrency::CASES,
        secrecy::CASES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Whether the extended tests run, with more repetitions.
fn is_extended() -> bool {
    std::env::var_os("PARSEC_TEST_EXTENDED").is_some_and(|value| value == "1")
}

/// The same provider with other settings, for which the cases of signing and asymmetric encryption
/// run once more.
#[derive(Debug)]
pub struct Variant {
    name: &'static str,
    rig: Arc<Rig>,
}

impl Variant {
    /// A variant; its name precedes those of its cases.
    pub fn new(name: &'static str, provider: impl Provider) -> Self {
        Self {
            name,
            rig: Arc::new(Rig::new(provider)),
        }
    }
}

/// The cases of a [`Variant`].
fn varied_cases() -> impl Iterator<Item = Case> {
    [signatures::CASES, asymmetric_encryption::CASES]
        .into_iter()
        .flatten()
        .copied()
}

/// Runs the suite for a provider, as the `main` of a test without harness.
///
/// `skipped` names the cases that this provider is expected to skip. `own` are additional tests by
/// their names; they fail by a panic.
pub fn main(
    provider: impl Provider,
    skipped: &'static [&'static str],
    own: &[(&'static str, fn())],
) -> ExitCode {
    main_with(provider, &[], skipped, own)
}

/// Like [`main`], with variants of the provider.
pub fn main_with(
    provider: impl Provider,
    variants: &[Variant],
    skipped: &'static [&'static str],
    own: &[(&'static str, fn())],
) -> ExitCode {
    let arguments = Arguments::from_args();
    let rig = Arc::new(Rig::new(provider));
    let mut trials: Vec<Trial> = cases()
        .map(|case| trial(case.name.to_owned(), case, &rig, skipped))
        .collect();
    trials.extend(variants.iter().flat_map(|variant| {
        varied_cases().map(|case| {
            let name = format!("{}::{}", variant.name, case.name);
            trial(name, case, &variant.rig, skipped)
        })
    }));
    trials.extend(
        skipped
            .iter()
            .filter(|name| !cases().any(|case| case.name == **name))
            .map(|name| {
                Trial::test(*name, || {
                    Err("is listed as skipped, but there is no such case".into())
                })
            }),
    );
    trials.extend(own.iter().map(|&(name, test)| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(name: String, case: Case, rig: &Arc<Rig>, skipped: &'static [&'static str]) -> Trial {
    let rig = Arc::clone(rig);
    Trial::ignorable_test(name, move || {
        let expected = skipped.contains(&case.name);
        match (case.run(&rig), expected) {
            (Ok(()), false) => Ok(Completion::Completed),
            (Ok(()), true) => Err("is listed as skipped, but runs: take it off the list".into()),
            (Err(Stop::Skip(reason)), true) => Ok(Completion::ignored_with(reason)),
            (Err(Stop::Skip(reason)), false) => {
                Err(format!("is skipped, but not listed as such: {reason}").into())
            }
            (Err(Stop::Fail(why)), _) => Err(why.into()),
        }
    })
}
