//! Software devices for the demo: swtpm as TPM, SoftHSM as token.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::shell;

/// Location of the demo's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Provider {
    /// In the service itself
    Software,
    /// In a TPM: swtpm
    Tpm,
    /// On a PKCS #11 token: SoftHSM
    Pkcs11,
}

/// A device that exists for the duration of the demo.
pub(super) struct Device {
    provider: Provider,
    folder: PathBuf,
    swtpm: Option<Child>,
    port: u16,
}

const TOKEN: &str = "demo";
const PIN: &str = "648219";
const LIBRARY: &str = "/usr/lib/softhsm/libsofthsm2.so";

impl Drop for Device {
    fn drop(&mut self) {
        self.cut_power();
    }
}

impl Device {
    /// Creates the device in a new folder.
    pub(super) fn start(provider: Provider, folder: PathBuf) -> Result<Self> {
        fs::create_dir(&folder).with_context(|| format!("making {}", folder.display()))?;
        let mut device = Self {
            provider,
            folder,
            swtpm: None,
            port: 0,
        };
        match provider {
            Provider::Software => {}
            Provider::Tpm => {
                device.port = two_free_ports()?;
                device.give_power()?;
            }
            Provider::Pkcs11 => device.make_token()?,
        }
        Ok(device)
    }

    pub(super) fn is_tpm(&self) -> bool {
        self.provider == Provider::Tpm
    }

    pub(super) fn is_token(&self) -> bool {
        self.provider == Provider::Pkcs11
    }

    /// Returns the provider's section of a configuration.
    pub(super) fn config(&self) -> String {
        match self.provider {
            Provider::Software => "[[provider]]\nprovider_type = \"MbedCrypto\"\n".to_owned(),
            Provider::Tpm => format!(
                "[[provider]]\nprovider_type = \"Tpm\"\n\
                 tcti = \"swtpm:host=127.0.0.1,port={}\"\n",
                self.port
            ),
            Provider::Pkcs11 => format!(
                "[[provider]]\nprovider_type = \"Pkcs11\"\nlibrary_path = {LIBRARY:?}\n\
                 token_label = {TOKEN:?}\nuser_pin_env = \"DEMO_PIN\"\n"
            ),
        }
    }

    /// Returns the environment variables that the service needs.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        match self.provider {
            Provider::Software => Vec::new(),
            Provider::Tpm => vec![("TSS2_LOG", "all+NONE".to_owned())],
            Provider::Pkcs11 => vec![
                ("DEMO_PIN", PIN.to_owned()),
                ("SOFTHSM2_CONF", self.softhsm_config().display().to_string()),
            ],
        }
    }

    /// Returns a command that lists the objects on the token.
    pub(super) fn list_token(&self) -> Command {
        let mut command = Command::new("pkcs11-tool");
        command
            .args(["--module", LIBRARY, "--token-label", TOKEN])
            .args([
                "--login",
                "--pin",
                PIN,
                "--list-objects",
                "--type",
                "privkey",
            ])
            .env("SOFTHSM2_CONF", self.softhsm_config());
        command
    }

    /// Powers the TPM off and on.
    pub(super) fn restart(&mut self) -> Result<()> {
        self.cut_power();
        self.give_power()
    }

    fn softhsm_config(&self) -> PathBuf {
        self.folder.join("softhsm2.conf")
    }

    fn make_token(&self) -> Result<()> {
        if !Path::new(LIBRARY).is_file() {
            bail!("{LIBRARY} does not exist; install softhsm2");
        }
        let tokens = self.folder.join("tokens");
        fs::create_dir(&tokens)?;
        let config = format!("directories.tokendir = {}\n", tokens.display());
        fs::write(self.softhsm_config(), config)?;
        shell::step(
            Command::new("softhsm2-util")
                .args(["--init-token", "--free", "--label", TOKEN])
                .args(["--pin", PIN, "--so-pin", "93117524"])
                .env("SOFTHSM2_CONF", self.softhsm_config()),
        )?;
        Ok(())
    }

    fn cut_power(&mut self) {
        if let Some(mut swtpm) = self.swtpm.take() {
            // It may have exited already.
            let _ = swtpm.kill();
            let _ = swtpm.wait();
        }
    }

    fn give_power(&mut self) -> Result<()> {
        let port = self.port;
        let swtpm = Command::new("swtpm")
            .args(["socket", "--tpm2", "--tpmstate"])
            .arg(format!("dir={}", self.folder.display()))
            .arg("--server")
            .arg(format!("type=tcp,port={port},bindaddr=127.0.0.1"))
            .arg("--ctrl")
            .arg(format!("type=tcp,port={},bindaddr=127.0.0.1", port + 1))
            .args(["--flags", "not-need-init,startup-clear"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting swtpm")?;
        self.swtpm = Some(swtpm);
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port + 1)).is_err() {
            if Instant::now() > deadline {
                bail!("swtpm does not listen");
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

/// swtpm's control port is the one after its own.
fn two_free_ports() -> Result<u16> {
    (0..100)
        .find_map(|_| {
            let first = TcpListener::bind(("127.0.0.1", 0)).ok()?;
            let port = first.local_addr().ok()?.port();
            let _second = TcpListener::bind(("127.0.0.1", port.checked_add(1)?)).ok()?;
            Some(port)
        })
        .context("there are no two consecutive free ports")
}
