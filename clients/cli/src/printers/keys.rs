//! Messages about keys.

use crate::output;

/// Confirms that a key is deleted.
pub(crate) fn deleted(key: &str) {
    eprintln!("deleted {}", output::printable(key));
}
