//! A running service.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::operations::Ping;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{Auth, Builder, Wire, builder, service_binary};

const START_DEADLINE: Duration = Duration::from_secs(30);
const STOP_DEADLINE: Duration = Duration::from_secs(30);

/// A service of its own for one test. Dropping it kills the service and removes its folder.
#[derive(Debug)]
pub struct Service {
    child: Option<Child>,
    config: Option<PathBuf>,
    environment: Vec<(OsString, OsString)>,
    // Last, so that the folder outlives the process that writes into it.
    scratch: TempDir,
}

impl Service {
    /// Starts the service on its embedded default: peer credentials and the software provider.
    ///
    /// # Panics
    ///
    /// If it does not start, with what it said.
    pub fn start() -> Self {
        Builder::default().start()
    }

    /// Starts the service with the direct authenticator, by a config of the published format.
    /// The application called `admin` is an administrator.
    ///
    /// # Panics
    ///
    /// If it does not start, with what it said.
    pub fn direct() -> Self {
        Self::builder().config(Self::direct_config()).start()
    }

    /// The config that [`Service::direct`] uses, to start from in a test of one's own.
    pub fn direct_config() -> String {
        Self::config_with(builder::DIRECT)
    }

    /// The same with another authenticator: the lines of its table.
    pub fn config_with(authenticator: &str) -> String {
        builder::config(authenticator)
    }

    /// Says how the service shall be started.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn spawn(
        scratch: TempDir,
        config: Option<PathBuf>,
        environment: Vec<(OsString, OsString)>,
    ) -> io::Result<Self> {
        let mut service = Self {
            child: None,
            config,
            environment,
            scratch,
        };
        service.launch()?;
        Ok(service)
    }

    /// Where the socket is, as `PARSEC_SERVICE_ENDPOINT` wants it.
    pub fn endpoint(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    /// Where the socket is.
    pub fn socket(&self) -> PathBuf {
        self.scratch.path().join("run/parsec.sock")
    }

    /// Where the keys are.
    pub fn state_dir(&self) -> PathBuf {
        self.scratch.path().join("state")
    }

    /// The folder that goes when the service goes; tests may put files there.
    pub fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// The process id.
    ///
    /// # Panics
    ///
    /// If the service is not running.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("the service runs").id()
    }

    /// A new connection.
    ///
    /// # Panics
    ///
    /// If the service does not accept one.
    pub fn wire(&self) -> Wire {
        Wire::connect(&self.socket())
            .unwrap_or_else(|error| panic!("no connection: {error}\n{}", self.log()))
    }

    /// What the service has written to its standard error.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// Kills the service with SIGKILL, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may be gone already, which is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts the service again on the same folders, killing it first if it still runs.
    ///
    /// # Panics
    ///
    /// If it does not start, with what it said.
    pub fn restart(&mut self) {
        self.kill();
        self.launch()
            .unwrap_or_else(|error| panic!("the service did not start again: {error}"));
    }

    /// Starts the service again with another config, killing it first if it still runs.
    ///
    /// # Errors
    ///
    /// What it said, if it does not start.
    pub fn reconfigure(&mut self, toml: &str) -> io::Result<()> {
        self.kill();
        self.config = Some(builder::write_config(self.scratch.path(), toml)?);
        self.launch()
    }

    /// Asks the service to stop with SIGTERM and waits until it has.
    ///
    /// # Panics
    ///
    /// If the service does not run or does not stop.
    pub fn terminate(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("the service runs");
        let pid = Pid::from_child(&child);
        kill_process(pid, Signal::TERM).expect("a child can be sent a signal");
        let deadline = Instant::now() + STOP_DEADLINE;
        loop {
            if let Some(status) = child.try_wait().expect("a child can be waited for") {
                return status;
            }
            if Instant::now() > deadline {
                self.child = Some(child);
                panic!("the service does not stop\n{}", self.log());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn log_path(&self) -> PathBuf {
        self.scratch.path().join("service.log")
    }

    fn launch(&mut self) -> io::Result<()> {
        let log: File = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_path())?;
        let mut command = Command::new(service_binary());
        command
            .env("STATE_DIRECTORY", self.state_dir())
            .env("RUNTIME_DIRECTORY", self.scratch.path().join("run"))
            .env_remove("PARSEC_SERVICE_ENDPOINT")
            .env_remove("NOTIFY_SOCKET")
            .envs(self.environment.iter().map(|(key, value)| (key, value)))
            .current_dir(self.scratch.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        self.child = Some(command.spawn()?);
        self.wait_until_ready()
    }

    fn wait_until_ready(&mut self) -> io::Result<()> {
        let deadline = Instant::now() + START_DEADLINE;
        loop {
            if self.answers() {
                return Ok(());
            }
            let child = self.child.as_mut().expect("launch has just started it");
            if let Some(status) = child.try_wait()? {
                self.child = None;
                let log = self.log();
                return Err(io::Error::other(format!("it ended with {status}\n{log}")));
            }
            if Instant::now() > deadline {
                let log = self.log();
                return Err(io::Error::other(format!("it answers no ping\n{log}")));
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn answers(&self) -> bool {
        UnixStream::connect(self.socket())
            .and_then(|stream| Wire::new(stream)?.call(0, &Auth::None, 0, Ping {}))
            .is_ok_and(|reply| reply.header.status == 0)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}
