//! TOML literals, for printing a configuration.

use std::path::Path;

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// The first of several accepted names, as a TOML string.
pub(super) fn first(names: &[&str]) -> String {
    quoted(names.first().copied().unwrap_or_default())
}

/// A path, as a TOML string.
pub(super) fn path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}
