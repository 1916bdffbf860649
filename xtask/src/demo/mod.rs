//! The main use case on real input: a running service creates, uses and keeps keys.

mod device;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::setup::{self, Wanted};
use crate::{places, shell};
use device::Device;
pub(crate) use device::Provider;

/// A user other than the one who runs the demo.
const NOBODY: &str = "65534";
const CONFIG: &str = "config.toml";

/// Sets up, builds, and runs the main use case.
pub(crate) fn run(provider: Provider) -> Result<()> {
    let start = Instant::now();
    setup::run(match provider {
        Provider::Software => Wanted::Service,
        Provider::Tpm | Provider::Pkcs11 => Wanted::Devices,
    })?;
    if !places::target().join("debug/parsec-service").exists() {
        println!(
            "The first build compiles some 200 crates, in about a minute and a half on two cores."
        );
    }
    let packages = ["--package", "parsec-service", "--package", "parsec-cli"];
    shell::step(shell::cargo(&["build"]).args(packages))?;
    let built = start.elapsed();
    let mut demo = Demo::prepare(provider)?;
    demo.main_job()?;
    drop(demo);
    println!(
        "\nDone in {:.0} s, {:.0} s of them for set-up and build. Nothing is left behind.",
        start.elapsed().as_secs_f64(),
        built.as_secs_f64()
    );
    Ok(())
}

/// A temporary folder with the two programs and a service that stores its data there.
struct Demo {
    scratch: PathBuf,
    service: Option<Child>,
    device: Device,
    /// The user's identity: none if the kernel identifies the caller.
    application: Option<&'static str>,
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.kill();
        if let Err(error) = fs::remove_dir_all(&self.scratch) {
            eprintln!("{} was not removed: {error}", self.scratch.display());
        }
    }
}

impl Demo {
    fn prepare(provider: Provider) -> Result<Self> {
        let scratch = std::env::temp_dir().join(format!("parsec-demo-{}", std::process::id()));
        fs::create_dir(&scratch).with_context(|| format!("making {}", scratch.display()))?;
        let demo = Self {
            device: Device::start(provider, scratch.join("device"))?,
            scratch,
            service: None,
            application: None,
        };
        // The other user has to reach the command and the socket, and nothing else.
        fs::set_permissions(&demo.scratch, Permissions::from_mode(0o755))?;
        for program in ["parsec-service", "parsec"] {
            let built = places::target().join("debug").join(program);
            fs::copy(&built, demo.file(program))
                .with_context(|| format!("copying {}", built.display()))?;
        }
        fs::copy(places::root().join("README.md"), demo.file("letter.md"))?;
        Ok(demo)
    }

    fn main_job(&mut self) -> Result<()> {
        self.start_service()?;
        self.parsec(&["ping"])?;
        self.parsec(&["providers"])?;

        title(if self.device.is_tpm() {
            "Two keys, which never leave the TPM"
        } else if self.device.is_token() {
            "Two keys, which never leave the token"
        } else {
            "Two keys, which never leave the service"
        });
        self.parsec(&["key", "create", "web-tls"])?;
        self.parsec(&["key", "create", "release", "--type", "rsa"])?;
        self.parsec(&["key", "list"])?;
        self.show_token()?;

        title("Both keys sign a file: this repository's README");
        self.parsec(&["sign", "web-tls", "letter.md", "-o", "letter.sig"])?;
        self.parsec(&["sign", "release", "letter.md", "-o", "letter.rsa.sig"])?;

        title("The service verifies the signatures, and so does OpenSSL with the public keys");
        self.verify()?;

        title("The signature of a changed file is invalid");
        let changed = fs::read_to_string(self.file("letter.md"))? + "P.S. Send money.\n";
        fs::write(self.file("changed.md"), changed)?;
        self.expect(1, &["verify", "web-tls", "letter.sig", "changed.md"])?;

        if shell::is_root()? {
            title("Another user can neither see nor use the keys");
            self.as_nobody(0, &["key", "list"])?;
            self.as_nobody(3, &["sign", "web-tls", "letter.md", "--format", "hex"])?;
            self.as_nobody(0, &["key", "create", "web-tls"])?;
            self.as_nobody(1, &["verify", "web-tls", "letter.sig", "letter.md"])?;
        }

        title("The service is killed and restarted: the keys still sign");
        self.kill();
        println!("$ kill -9 parsec-service");
        self.start_again()?;
        self.parsec(&["sign", "web-tls", "letter.md", "-o", "letter.sig"])?;
        self.parsec(&["sign", "release", "letter.md", "-o", "letter.rsa.sig"])?;
        self.verify()?;

        if self.device.is_tpm() {
            title("The TPM is powered off and on: the service continues");
            self.device.restart()?;
            self.parsec(&["sign", "web-tls", "letter.md", "-o", "letter.sig"])?;
            self.verify()?;
        }
        if !shell::is_root()? {
            self.two_applications()?;
        }
        title("The keys are deleted");
        self.parsec(&["key", "delete", "web-tls"])?;
        self.expect(3, &["key", "show", "web-tls"])?;
        self.show_token()
    }

    /// Returns the configuration: the embedded default for software keys, or a configuration with
    /// the device.
    fn start_service(&mut self) -> Result<()> {
        if !self.device.is_tpm() && !self.device.is_token() {
            title("A service on its embedded default, with its data in a temporary folder");
            return self.start(&[]);
        }
        title("A service with a device, with its data in a temporary folder");
        let config = format!(
            "[core_settings]\nallow_root = true\n[listener]\nlistener_type = \"DomainSocket\"\n\
             [authenticator]\nauth_type = \"UnixPeerCredentials\"\n\
             [key_store]\npath = {:?}\n{}",
            self.file("state/keys.sqlite3"),
            self.device.config(),
        );
        fs::write(self.file(CONFIG), &config)?;
        print(&self.device.config());
        self.start(&["--config", CONFIG])
    }

    fn start_again(&mut self) -> Result<()> {
        match self.file(CONFIG).is_file() {
            true => self.start(&["--config", CONFIG]),
            false => self.start(&[]),
        }
    }

    fn show_token(&self) -> Result<()> {
        if !self.device.is_token() {
            return Ok(());
        }
        println!("$ pkcs11-tool --list-objects --type privkey");
        self.finish(&mut self.device.list_token(), 0)
    }

    fn verify(&self) -> Result<()> {
        self.parsec(&["verify", "web-tls", "letter.sig", "letter.md"])?;
        self.parsec(&["verify", "release", "letter.rsa.sig", "letter.md"])?;
        self.parsec(&["public", "web-tls", "-o", "web-tls.pem"])?;
        self.parsec(&["public", "release", "-o", "release.pem"])?;
        self.openssl(&["-verify", "web-tls.pem", "-signature", "letter.sig"])?;
        self.openssl(&[
            "-sigopt",
            "rsa_padding_mode:pss",
            "-verify",
            "release.pem",
            "-signature",
            "letter.rsa.sig",
        ])
    }

    /// Without root there is no other user to run as, so the demo uses a service with the direct
    /// authenticator.
    fn two_applications(&mut self) -> Result<()> {
        title("Two applications, identified by their names: neither sees the other's keys");
        self.kill();
        let config = format!(
            "[core_settings]\n[listener]\nlistener_type = \"DomainSocket\"\n\
             socket_path = {socket:?}\n[authenticator]\nauth_type = \"Direct\"\n\
             [key_store]\npath = {store:?}\n{provider}",
            provider = self.device.config(),
            socket = self.socket(),
            store = self.file("direct/keys.sqlite3"),
        );
        fs::write(self.file("direct.toml"), config)?;
        self.start(&["--config", "direct.toml"])?;
        self.application = Some("web");
        self.parsec(&["key", "create", "web-tls"])?;
        self.application = Some("mail");
        self.parsec(&["key", "list"])?;
        self.expect(3, &["sign", "web-tls", "letter.md", "--format", "hex"])?;
        self.application = Some("web");
        Ok(())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    fn socket(&self) -> PathBuf {
        self.file("run/parsec.sock")
    }

    fn start(&mut self, arguments: &[&str]) -> Result<()> {
        println!("$ {} &", words("parsec-service", arguments));
        let log = fs::File::create(self.file("service.log"))?;
        let service = Command::new(self.file("parsec-service"))
            .args(arguments)
            .current_dir(&self.scratch)
            .env("STATE_DIRECTORY", self.file("state"))
            .env("RUNTIME_DIRECTORY", self.file("run"))
            .env_remove("RUST_LOG")
            .envs(self.device.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("starting parsec-service")?;
        let service = self.service.insert(service);
        let deadline = Instant::now() + Duration::from_secs(20);
        let (socket, log) = (
            self.scratch.join("run/parsec.sock"),
            self.scratch.join("service.log"),
        );
        while std::os::unix::net::UnixStream::connect(&socket).is_err() {
            let ended = service.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                bail!("the service did not start: {}", fs::read_to_string(log)?);
            }
            thread::sleep(Duration::from_millis(20));
        }
        print(&fs::read_to_string(log)?);
        Ok(())
    }

    /// SIGKILL, so that the service cannot clean up.
    fn kill(&mut self) {
        if let Some(mut service) = self.service.take() {
            // It may have exited already.
            let _ = service.kill();
            let _ = service.wait();
        }
    }

    fn parsec(&self, arguments: &[&str]) -> Result<()> {
        self.expect(0, arguments)
    }

    fn expect(&self, code: i32, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new(self.file("parsec"));
        if let Some(name) = self.application {
            command.args(["--application", name]);
            println!(
                "$ {}",
                words(&format!("parsec --application {name}"), arguments)
            );
        } else {
            println!("$ {}", words("parsec", arguments));
        }
        self.finish(command.args(arguments), code)
    }

    fn as_nobody(&self, code: i32, arguments: &[&str]) -> Result<()> {
        println!("nobody$ {}", words("parsec", arguments));
        let mut command = Command::new("setpriv");
        command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
        self.finish(command.arg(self.file("parsec")).args(arguments), code)
    }

    fn openssl(&self, arguments: &[&str]) -> Result<()> {
        let arguments = [&["dgst", "-sha256"], arguments, &["letter.md"]].concat();
        println!("$ {}", words("openssl", &arguments));
        self.finish(Command::new("openssl").args(arguments), 0)
    }

    /// Runs a command, prints its output, and checks its exit code.
    fn finish(&self, command: &mut Command, code: i32) -> Result<()> {
        let output = command
            .current_dir(&self.scratch)
            .env(
                "PARSEC_SERVICE_ENDPOINT",
                format!("unix:{}", self.socket().display()),
            )
            .env_remove("PARSEC_APPLICATION")
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("running {}", shell::line(command)))?;
        print(&String::from_utf8_lossy(&output.stdout));
        print(&String::from_utf8_lossy(&output.stderr));
        if output.status.code() != Some(code) {
            bail!(
                "the command exited with {}; expected exit code {code}",
                output.status
            );
        }
        if code != 0 {
            println!("  (exit code {code}, as expected)");
        }
        Ok(())
    }
}

fn title(text: &str) {
    println!("\n── {text}");
}

fn words(program: &str, arguments: &[&str]) -> String {
    std::iter::once(program)
        .chain(arguments.iter().copied())
        .collect::<Vec<_>>()
        .join(" ")
}

fn print(text: &str) {
    for line in text.lines() {
        println!("  {line}");
    }
}
