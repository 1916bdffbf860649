//! Environment variables, which a program with more rights than its caller must not read.

use std::ffi::OsString;
use std::{env, fs};

use nix::unistd::{getresgid, getresuid};

/// `AT_SECURE` of the auxiliary vector (getauxval(3)).
const AT_SECURE: usize = 23;

/// Returns the value of a variable; `None` if it is unset or empty, or if the process
/// [`has_more_rights`] than the process that set it.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    let value = env::var_os(name).filter(|value| !value.is_empty())?;
    (!has_more_rights()).then_some(value)
}

/// Returns whether this process has more rights than the one that started it: a set-user-ID or
/// set-group-ID program, or one with file capabilities. Such a program must not trust its
/// environment.
#[doc(hidden)]
pub fn has_more_rights() -> bool {
    has_other_ids() || is_secure_execution().unwrap_or_else(has_capabilities)
}

fn has_other_ids() -> bool {
    let users = getresuid().map(|ids| ids.real != ids.effective || ids.real != ids.saved);
    let groups = getresgid().map(|ids| ids.real != ids.effective || ids.real != ids.saved);
    // These calls do not fail on Linux; if they do, assume more rights.
    users.unwrap_or(true) || groups.unwrap_or(true)
}

/// Returns the kernel's decision at the program's start. `None` if it cannot be read, as in a
/// program with file capabilities.
fn is_secure_execution() -> Option<bool> {
    let vector = fs::read("/proc/self/auxv").ok()?;
    secure_in(&vector)
}

/// Returns the value of `AT_SECURE` in an auxiliary vector: pairs of native words, key and value.
fn secure_in(vector: &[u8]) -> Option<bool> {
    const WORD: usize = size_of::<usize>();
    let (words, _) = vector.as_chunks::<WORD>();
    let (pairs, _) = words.as_chunks::<2>();
    let found = pairs
        .iter()
        .find(|[key, _]| usize::from_ne_bytes(*key) == AT_SECURE);
    found.map(|[_, value]| usize::from_ne_bytes(*value) != 0)
}

/// Returns whether the process has any capability.
fn has_capabilities() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let permitted = status.lines().find_map(|line| line.strip_prefix("CapPrm:"));
    permitted.is_some_and(|set| set.trim().bytes().any(|digit| digit != b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_flag_from_an_auxiliary_vector() {
        let vector = |secure: usize| -> Vec<u8> {
            let words = [6, 4096, AT_SECURE, secure, 0, 0];
            words.into_iter().flat_map(usize::to_ne_bytes).collect()
        };
        assert_eq!(secure_in(&vector(0)), Some(false));
        assert_eq!(secure_in(&vector(1)), Some(true));
        assert_eq!(secure_in(b"short"), None);
    }

    #[test]
    fn an_ordinary_program_reads_its_environment() {
        assert_eq!(is_secure_execution(), Some(false));
        assert!(!has_more_rights());
        assert_eq!(variable("PATH"), env::var_os("PATH"));
        assert_eq!(variable("PARSEC_NO_SUCH_VARIABLE"), None);
    }
}
