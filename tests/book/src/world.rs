//! The environment of the samples: a service with a TPM and a token, the reader's files, and a
//! server that requires a client certificate.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use parsec_client::blocking::Client;
use parsec_client::{Endpoint, PublicKey, Signature};
use parsec_harness::{Service, SoftHsm, Swtpm, cli};

const TOKEN: &str = "samples";

/// The harness's configuration with peer credentials, a TPM and a token: the use of a key decides
/// which of them holds it.
fn config(tcti: &str) -> String {
    let config = Service::config_with("auth_type = \"UnixPeerCredentials\"");
    let (library, pin) = (SoftHsm::library(), SoftHsm::PIN);
    format!(
        "{config}\n[[provider]]\nprovider_type = \"Tpm\"\ntcti = {tcti:?}\n\
         [[provider]]\nprovider_type = \"Pkcs11\"\nlibrary_path = {library:?}\n\
         token_label = {TOKEN:?}\nuser_pin = {pin:?}\n"
    )
}

/// The key that is kept from one language to the next, because its certificate is.
const TLS_KEY: &str = "tls-client";

/// The running processes; dropping it stops them.
#[derive(Debug)]
pub struct World {
    service: Service,
    server: Server,
    // Declared after the service, which uses it until it stops.
    _tpm: Swtpm,
    _token: SoftHsm,
}

impl World {
    /// Starts the environment.
    ///
    /// # Errors
    ///
    /// If a program is missing or fails, with its name.
    pub fn start() -> Result<Self> {
        let tpm = Swtpm::start();
        let token = SoftHsm::with_tokens(&[TOKEN]);
        let service = Service::builder()
            .config(config(&tpm.tcti()))
            .env("SOFTHSM2_CONF", token.config())
            .env("TSS2_LOG", "all+NONE")
            .try_start()?;
        let server = make_files(&service)?;
        Ok(Self {
            service,
            server,
            _tpm: tpm,
            _token: token,
        })
    }

    /// Creates a folder with the files that samples read.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.service.scratch().join(name);
        fs::create_dir(&folder)?;
        for entry in fs::read_dir(files(&self.service))? {
            let entry = entry?;
            fs::copy(entry.path(), folder.join(entry.file_name()))?;
        }
        Ok(folder)
    }

    /// Sets the environment variables for the service, the command line and the server.
    pub fn equip<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("PARSEC_SERVICE_ENDPOINT", self.service.endpoint())
            .env("PATH", path())
            .env("PORT", self.server.port.to_string())
    }

    /// Deletes the keys that samples have created.
    ///
    /// # Errors
    ///
    /// The service's answer.
    pub fn forget_keys(&self) -> Result<()> {
        let endpoint = Endpoint::parse(&self.service.endpoint())?;
        let client = Client::builder().endpoint(endpoint).connect()?;
        for info in client.keys()? {
            if info.name.as_str() != TLS_KEY {
                client.open(info.name.as_str())?.delete()?;
            }
        }
        Ok(())
    }
}

/// The system's PATH, preceded by the command line's folder.
fn path() -> String {
    let own = cli().parent().unwrap_or(Path::new("."));
    format!(
        "{}:{}",
        own.display(),
        std::env::var("PATH").unwrap_or_default()
    )
}

fn files(service: &Service) -> PathBuf {
    service.scratch().join("files")
}

fn make_files(service: &Service) -> Result<Server> {
    let folder = files(service);
    fs::create_dir(&folder)?;
    shell(
        service,
        &folder,
        include_str!("../../../book/samples/files.sh"),
    )?;
    let public = PublicKey::from_pem(&fs::read_to_string(folder.join("friend.pem"))?)?;
    let signature = Signature::from_der(&fs::read(folder.join("friend.sig"))?, &public)?;
    fs::write(folder.join("friend.raw"), signature.to_raw())?;
    Server::start(&folder)
}

fn shell(service: &Service, folder: &Path, script: &str) -> Result<()> {
    let output = Command::new("sh")
        .args(["-e", "-c", script])
        .current_dir(folder)
        .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
        .env("PATH", path())
        .output()
        .context("sh cannot be run")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// A server that requires a client certificate.
#[derive(Debug)]
struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(folder: &Path) -> Result<Self> {
        // The kernel does not assign a port again that it has just assigned.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = Command::new("openssl")
            .args(["s_server", "-quiet", "-www", "-accept"])
            .arg(format!("localhost:{port}"))
            .args(["-cert", "server.pem", "-key", "server.key"])
            .args(["-CAfile", "ca.pem", "-Verify", "1", "-verify_return_error"])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // Its output about each certificate.
            .stderr(Stdio::null())
            .spawn()
            .context("openssl cannot be run")?;
        Ok(Self { process, port })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
