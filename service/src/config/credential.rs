//! Credentials that systemd hands over in a folder (systemd.exec(5), `LoadCredential=`).

use std::env;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::error::ConfigError;
use super::source::Source;

const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// The file of the credential of that name.
pub(super) fn file(source: &Source<'_>, name: &Spanned<String>) -> Result<PathBuf, ConfigError> {
    let at = name.span().start;
    let name = Path::new(name.get_ref());
    if name.components().count() != 1 {
        return Err(source.wrong(at, "the name of a credential has no folders"));
    }
    let folder = env::var_os(CREDENTIALS).ok_or_else(|| {
        source.wrong(
            at,
            format!(
                "{CREDENTIALS} is not set; add `LoadCredential={}:FILE` to the unit",
                name.display()
            ),
        )
    })?;
    Ok(Path::new(&folder).join(name))
}
