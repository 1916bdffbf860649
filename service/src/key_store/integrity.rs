//! SQLite's own check of a file.

use rusqlite::Connection;

use super::error::StoreError;

/// Checks all pages, indexes included; returns at most `most` findings.
pub(super) fn check(store: &Connection, most: usize) -> Result<Vec<String>, StoreError> {
    let mut check = store.prepare(&format!("PRAGMA integrity_check({most})"))?;
    let verdicts = check.query_map([], |row| row.get::<_, String>(0))?;
    let verdicts: Vec<String> = verdicts.collect::<Result<_, _>>()?;
    Ok(verdicts
        .into_iter()
        .filter(|verdict| verdict != "ok")
        .collect())
}
