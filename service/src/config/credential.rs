//! Credentials that systemd hands over in a folder (systemd.exec(5), `LoadCredential=`).

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::error::ConfigError;
use super::source::Source;

const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// A credential of systemd, by its name. It is there within the unit alone, so that where it lies
/// is asked when it is needed, and not when the configuration is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential(String);

impl Credential {
    /// The one of that name.
    pub(super) fn named(source: &Source<'_>, name: &Spanned<String>) -> Result<Self, ConfigError> {
        let text = name.get_ref();
        if Path::new(text).file_name() != Some(OsStr::new(text)) {
            let at = name.span().start;
            return Err(source.wrong(at, "the name of a credential has no folders"));
        }
        Ok(Self(text.clone()))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Whether this process has been given any credentials, of which it may be one.
    pub fn could_be_read(&self) -> bool {
        env::var_os(CREDENTIALS).is_some()
    }

    /// The file that systemd puts it into; whether it is there is not looked at.
    ///
    /// # Errors
    ///
    /// What to do where this process has been given no credentials.
    pub fn file(&self) -> Result<PathBuf, String> {
        let folder = env::var_os(CREDENTIALS).ok_or_else(|| {
            let (load, by_hand) = (self.load(), self.by_hand());
            format!("{CREDENTIALS} is not set; add `{load}` to the unit, or {by_hand}")
        })?;
        Ok(Path::new(&folder).join(&self.0))
    }

    /// Why it was not looked at, and how it can be, where it is not handed over.
    pub(crate) fn out_of_reach(&self) -> String {
        let by_hand = self.by_hand();
        format!(
            "the credential {:?}, which systemd hands to the unit and not to this command; to have \
             it looked at, {by_hand}",
            self.0,
        )
    }

    /// The setting of a unit that hands it over.
    pub(super) fn load(&self) -> String {
        format!("LoadCredential={}:FILE", self.0)
    }

    /// A file may be encrypted, and only the unit's own line says so.
    fn by_hand(&self) -> String {
        format!(
            "run this as the service's user with the unit's own line for it: \
             `systemd-run --pipe --wait --property=User=parsec --property=LoadCredential…={}:FILE …`",
            self.0
        )
    }
}
