//! Credentials that systemd passes in a folder (systemd.exec(5), `LoadCredential=`).

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use parsec_contracts::quoted;

const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// The name of a systemd credential. Credentials exist only in the unit, so the file is looked up when it
/// is needed, and not when the configuration is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential(String);

impl Credential {
    /// The credential of this name.
    ///
    /// # Errors
    ///
    /// If the name is a path.
    pub fn named(name: &str) -> Result<Self, String> {
        if Path::new(name).file_name() != Some(OsStr::new(name)) {
            return Err("the name of a credential must not contain folders".to_owned());
        }
        Ok(Self(name.to_owned()))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Whether systemd has passed credentials to this process.
    pub fn could_be_read(&self) -> bool {
        env::var_os(CREDENTIALS).is_some()
    }

    /// The path of the credential's file; does not check that it exists.
    ///
    /// # Errors
    ///
    /// The advice if this process has no credentials.
    pub fn file(&self) -> Result<PathBuf, String> {
        let folder = env::var_os(CREDENTIALS).ok_or_else(|| {
            let (load, by_hand) = (self.load(), self.by_hand());
            format!("{CREDENTIALS} is not set; add `{load}` to the unit, or {by_hand}")
        })?;
        Ok(Path::new(&folder).join(&self.0))
    }

    /// Why the credential cannot be read here, and how it can be checked.
    pub fn out_of_reach(&self) -> String {
        let by_hand = self.by_hand();
        format!(
            "the credential {}, which systemd passes to the unit and not to this command; to \
             check it, {by_hand}",
            quoted(&self.0),
        )
    }

    /// The unit's setting that passes the credential.
    pub fn load(&self) -> String {
        format!("LoadCredential={}:FILE", self.0)
    }

    /// How to run a command with the credential. The file may be encrypted, so the unit's own line is
    /// needed.
    fn by_hand(&self) -> String {
        format!(
            "run this as the service's user with the unit's own line for it: \
             `systemd-run --pipe --wait --property=User=parsec --property=LoadCredential…={}:FILE …`",
            self.0
        )
    }
}
