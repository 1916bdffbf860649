//! Runs the real binary in a scratch folder and speaks frames to it.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]

pub mod keys;

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::frame::{RequestHeader, ResponseHeader};
use parsec_contracts::operations::Ping;
use parsec_contracts::{Body as _, Opcode, Operation, ServedBy, Status};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Longer than anything here takes unless it hangs.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A published config with the direct authenticator; `{dir}` stands for the scratch folder.
pub const CONFIG: &str = r#"
[core_settings]
allow_root = true

[listener]
listener_type = "DomainSocket"
timeout = 2000
socket_path = "{dir}/parsec.sock"

[authenticator]
auth_type = "Direct"
admins = [{ name = "admin" }]

[[key_manager]]
name = "keys"
manager_type = "SQLite"
sqlite_db_path = "{dir}/keys/published.sqlite3"

[[provider]]
provider_type = "MbedCrypto"
key_info_manager = "keys"
"#;

/// A folder that goes when the test ends, and what runs in it.
pub struct Scratch {
    child: Option<Child>,
    folder: TempDir,
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            child: None,
            folder: TempDir::new().unwrap(),
        }
    }
}

impl Scratch {
    /// A service that answers, with `CONFIG` after `from` has become `to` in it.
    pub fn serving(from: &str, to: &str) -> Self {
        assert!(CONFIG.contains(from), "{from}");
        let mut scratch = Self::default();
        scratch.write("config.toml", &CONFIG.replace(from, to));
        scratch.start();
        scratch
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn socket(&self) -> PathBuf {
        self.path().join("parsec.sock")
    }

    /// Writes a file; `{dir}` in it becomes the folder.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::write(
            &path,
            text.replace("{dir}", &self.path().display().to_string()),
        )
        .unwrap();
        path
    }

    /// The binary, to be run in the folder with nothing of our environment that it looks at.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parsec-service"));
        command
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    /// Starts the service on `config.toml` and waits until it answers.
    pub fn start(&mut self) {
        let mut command = self.command();
        command.arg("--config").arg(self.path().join("config.toml"));
        self.spawn(&mut command);
        self.wait_until_ready(&self.socket());
    }

    /// Starts a command, its words going to a file.
    pub fn spawn(&mut self, command: &mut Command) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.path().join("log"))
            .unwrap();
        self.child = Some(command.stderr(log).spawn().unwrap());
    }

    /// Takes over a process that is the service.
    pub fn adopt(&mut self, child: Child) {
        self.child = Some(child);
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.path().join("log")).unwrap_or_default()
    }

    pub fn wait_until_ready(&mut self, socket: &Path) {
        let start = Instant::now();
        loop {
            if UnixStream::connect(socket).is_ok_and(|stream| Wire::new(stream).answers()) {
                return;
            }
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", self.log());
            assert!(start.elapsed() < PATIENCE, "not ready: {}", self.log());
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn wire(&self) -> Wire {
        Wire::new(UnixStream::connect(self.socket()).unwrap())
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    pub fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().unwrap();
        kill_process(Pid::from_child(child), signal).unwrap();
    }

    /// Asks for a reload and waits until the log says `said` once more than before.
    pub fn reload(&self, said: &str) {
        let count = || self.log().matches(said).count();
        let before = count();
        self.signal(Signal::HUP);
        let start = Instant::now();
        while count() == before {
            assert!(start.elapsed() < PATIENCE, "{said}: {}", self.log());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for the service to end.
    pub fn wait(&mut self) -> ExitStatus {
        let mut child = self.child.take().unwrap();
        let start = Instant::now();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            if start.elapsed() > PATIENCE {
                self.child = Some(child);
                panic!("it does not end: {}", self.log());
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may be gone already, which is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A connection.
pub struct Wire {
    pub stream: UnixStream,
}

impl Wire {
    pub fn new(stream: UnixStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self { stream }
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// One reply; an error if the service has closed.
    pub fn receive(&mut self) -> io::Result<(ResponseHeader, Vec<u8>)> {
        let mut header = [0; 36];
        self.stream.read_exact(&mut header)?;
        let header = ResponseHeader::decode(&header).expect("a response");
        let mut body = vec![0; header.body_length as usize];
        self.stream.read_exact(&mut body)?;
        Ok((header, body))
    }

    pub fn status(&mut self) -> Status {
        let (header, _) = self.receive().expect("a reply");
        Status::from_number(header.status).expect("a known status")
    }

    /// Sends an operation as `app` and waits for its status.
    pub fn call<O: Operation>(&mut self, app: &str, operation: O) -> Status {
        self.send(&request(app, operation));
        self.status()
    }

    /// As [`Wire::call`], for the output.
    pub fn output<O: Operation>(&mut self, app: &str, operation: O) -> O::Output {
        self.send(&request(app, operation));
        let (header, body) = self.receive().expect("a reply");
        assert_eq!(header.status, 0);
        O::Output::decode(&body).expect("an output")
    }

    /// Whether a ping is answered.
    pub fn answers(&mut self) -> bool {
        self.stream.write_all(&request("", Ping {})).is_ok() && self.receive().is_ok()
    }

    /// Whether the service has closed: nothing more comes.
    pub fn is_closed(&mut self) -> bool {
        matches!(self.stream.read(&mut [0]), Ok(0) | Err(_))
    }
}

/// A request of the application with that name, or of nobody.
pub fn request<O: Operation>(app: &str, operation: O) -> Vec<u8> {
    let body = operation.encode();
    let header = RequestHeader {
        provider: u8::from(O::OPCODE.served_by() == ServedBy::Crypto),
        auth_type: u8::from(!app.is_empty()),
        body_length: body.len().try_into().unwrap(),
        auth_length: app.len().try_into().unwrap(),
        opcode: O::OPCODE.number(),
        ..RequestHeader::default()
    };
    [&header.encode()[..], &body, app.as_bytes()].concat()
}

/// A ping's bytes.
pub fn ping() -> Vec<u8> {
    assert_eq!(Ping::OPCODE, Opcode::Ping);
    request("", Ping {})
}
