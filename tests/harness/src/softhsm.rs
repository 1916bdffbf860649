//! PKCS #11 tokens as software.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Usual paths of the library on Debian and others.
const LIBRARIES: &[&str] = &[
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];

/// Tokens for one test, in a temporary folder. Dropping it removes them.
///
/// The library finds them through the variable `SOFTHSM2_CONF` of the process that loads it.
#[derive(Debug)]
pub struct SoftHsm {
    folder: TempDir,
}

impl SoftHsm {
    /// User PIN of every token.
    pub const PIN: &'static str = "648219";
    /// Security officer PIN.
    pub const SO_PIN: &'static str = "93117524";

    /// Creates a folder with one token for each label.
    ///
    /// # Panics
    ///
    /// If they cannot be created.
    pub fn with_tokens(labels: &[&str]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("parsec-hsm-")
            .tempdir()
            .expect("a scratch folder");
        let tokens = folder.path().join("tokens");
        fs::create_dir(&tokens).expect("a folder for the tokens");
        let config = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        let softhsm = Self { folder };
        fs::write(softhsm.config(), config).expect("a config for the library");
        for label in labels {
            softhsm.tool("softhsm2-util", |command| {
                command
                    .args(["--init-token", "--free", "--label", label])
                    .args(["--pin", Self::PIN, "--so-pin", Self::SO_PIN])
            });
        }
        softhsm
    }

    /// Returns the path of the library.
    ///
    /// # Panics
    ///
    /// If it is not installed.
    pub fn library() -> &'static Path {
        LIBRARIES
            .iter()
            .map(Path::new)
            .find(|path| path.is_file())
            .expect("SoftHSM is installed; `cargo xtask test` does it")
    }

    /// Returns the value of `SOFTHSM2_CONF`.
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("softhsm2.conf")
    }

    /// Returns the output of `pkcs11-tool`, logged in to the token of this label.
    ///
    /// # Panics
    ///
    /// If it fails.
    pub fn pkcs11_tool(&self, label: &str, arguments: &[&str]) -> String {
        self.tool("pkcs11-tool", |command| {
            command
                .arg("--module")
                .arg(Self::library())
                .args(["--token-label", label, "--login", "--pin", Self::PIN])
                .args(arguments)
        })
    }

    fn tool(
        &self,
        name: &str,
        configure: impl for<'c> FnOnce(&'c mut Command) -> &'c mut Command,
    ) -> String {
        let mut command = Command::new(name);
        command
            .env("SOFTHSM2_CONF", self.config())
            .stdin(Stdio::null());
        let output = configure(&mut command)
            .output()
            .unwrap_or_else(|error| panic!("{name} is installed by `cargo xtask test`: {error}"));
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
