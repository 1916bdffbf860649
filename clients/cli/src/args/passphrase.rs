//! The pass phrase of an encrypted key.

use std::env;
use std::fs::File;

use clap::Args;
use parsec_client::{KeyMaterial, Zeroizing};

use crate::failure::Failure;
use crate::input;

/// Where the pass phrase of an encrypted key is. Without an option, a terminal is asked.
#[derive(Args)]
pub(crate) struct Passphrase {
    /// File whose first line is the pass phrase of an encrypted key. Default: ask on the terminal
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_env")]
    passphrase_file: Option<String>,
    /// Environment variable that contains the pass phrase of an encrypted key
    #[arg(long, value_name = "VARIABLE")]
    passphrase_env: Option<String>,
}

impl Passphrase {
    /// Returns the pass phrase of the key, if one is given or the key needs one.
    pub(crate) fn read(&self, key: &[u8]) -> Result<Option<Zeroizing<String>>, Failure> {
        if let Some(file) = &self.passphrase_file {
            let mut bytes = input::read(file)?;
            let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let end = end.unwrap_or(bytes.len());
            bytes.truncate(end);
            let text = std::str::from_utf8(&bytes)
                .map_err(|_| Failure::Usage(format!("{file} is not a pass phrase in UTF-8")))?;
            return Ok(Some(Zeroizing::new(text.to_owned())));
        }
        if let Some(name) = &self.passphrase_env {
            return match env::var(name) {
                Ok(text) => Ok(Some(Zeroizing::new(text))),
                Err(env::VarError::NotPresent) => Err(Failure::Usage(format!(
                    "the environment variable {name} is not set"
                ))),
                Err(env::VarError::NotUnicode(_)) => Err(Failure::Usage(format!(
                    "the environment variable {name} is not a pass phrase in UTF-8"
                ))),
            };
        }
        if !KeyMaterial::needs_passphrase(key) {
            return Ok(None);
        }
        if File::open("/dev/tty").is_err() {
            return Err(Failure::Usage(
                "the key is encrypted, and there is no terminal to ask for its pass phrase; use \
                 --passphrase-file FILE or --passphrase-env VARIABLE"
                    .to_owned(),
            ));
        }
        rpassword::prompt_password("Pass phrase of the key: ")
            .map(|text| Some(Zeroizing::new(text)))
            .map_err(|error| Failure::Usage(format!("cannot read the pass phrase: {error}")))
    }
}
