//! Requirements of tests on the machine.

use std::path::Path;

use libtest_mimic::{Completion, Trial};
use rustix::process::geteuid;

/// The reason why a test cannot run on this machine.
#[derive(Debug)]
pub(crate) struct Missing(String);

impl Missing {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// Result of a test: success, or a missing requirement. A failure panics.
pub(crate) type Outcome = Result<(), Missing>;

/// Requires `holds`.
pub(crate) fn that(holds: bool, otherwise: &str) -> Outcome {
    if holds {
        Ok(())
    } else {
        Err(Missing::new(otherwise))
    }
}

/// Requires root.
pub(crate) fn root() -> Outcome {
    that(geteuid().is_root(), "only root can run it")
}

/// Requires a file or a device.
pub(crate) fn path(path: &str) -> Outcome {
    that(Path::new(path).exists(), &format!("there is no {path}"))
}

/// Requires a program on `PATH`.
pub(crate) fn program(name: &str) -> Outcome {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let is_there = std::env::split_paths(&folders).any(|folder| folder.join(name).is_file());
    that(is_there, &format!("there is no program {name}"))
}

pub(crate) fn trial(name: &str, test: fn() -> Outcome) -> Trial {
    let name = name.strip_prefix("machine::").unwrap_or(name);
    Trial::ignorable_test(name, move || {
        Ok(match test() {
            Ok(()) => Completion::Completed,
            Err(Missing(reason)) => Completion::ignored_with(reason),
        })
    })
}

/// Registers the tests of a module with the runner.
macro_rules! trials {
    ($($test:ident),+ $(,)?) => {
        pub(crate) fn trials() -> Vec<libtest_mimic::Trial> {
            vec![$(crate::needs::trial(
                concat!(module_path!(), "::", stringify!($test)),
                $test,
            )),+]
        }
    };
}
pub(crate) use trials;
