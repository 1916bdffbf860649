//! Messages about keys.

use serde_json::json;

use crate::failure::Failure;
use crate::output;
use crate::session::Session;

/// Confirms that a key is deleted.
pub(crate) fn deleted(session: &Session, key: &str) -> Result<(), Failure> {
    if session.json {
        return output::json(&json!({ "deleted": key }));
    }
    eprintln!("deleted {}", output::printable(key));
    Ok(())
}
