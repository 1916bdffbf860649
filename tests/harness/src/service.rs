//! A running service.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::eventually::attempt;
use crate::{Builder, Metrics, Wire, builder, service_binary};

/// A service for one test. Dropping it kills the service and removes its folder.
#[derive(Debug)]
pub struct Service {
    child: Option<Child>,
    environment: Vec<(OsString, OsString)>,
    // Last, so that the folder outlives the process that writes to it.
    scratch: TempDir,
}

impl Service {
    /// Starts the service on its embedded default: peer credentials and the software provider.
    ///
    /// # Panics
    ///
    /// If it does not start, with its output.
    pub fn start() -> Self {
        Builder::default().start()
    }

    /// Starts the service with the direct authenticator and a configuration in the published
    /// format. The application `admin` is an administrator.
    ///
    /// # Panics
    ///
    /// If it does not start, with its output.
    pub fn direct() -> Self {
        Self::builder().config(Self::direct_config()).start()
    }

    /// Returns the configuration of [`Service::direct`], as a base for other tests.
    pub fn direct_config() -> String {
        Self::config_with(builder::DIRECT)
    }

    /// The same with another authenticator: the lines of its table.
    pub fn config_with(authenticator: &str) -> String {
        builder::config(authenticator)
    }

    /// As [`Service::direct`], with `from` replaced by `to` in the configuration.
    ///
    /// # Panics
    ///
    /// If the configuration does not contain `from`, or if the service does not start.
    pub fn direct_with(from: &str, to: &str) -> Self {
        let config = Self::direct_config();
        assert!(config.contains(from), "{from}");
        Self::builder().config(config.replace(from, to)).start()
    }

    /// Creates the configuration and folders of a service that is not running yet;
    /// [`Service::launch`] starts it.
    ///
    /// # Panics
    ///
    /// If the folders cannot be made.
    pub fn prepared(config: impl Into<String>) -> Self {
        Self::builder().config(config).prepare()
    }

    /// Configures how to start the service.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(scratch: TempDir, environment: Vec<(OsString, OsString)>) -> Self {
        Self {
            child: None,
            environment,
            scratch,
        }
    }

    /// Returns the endpoint, in the format of `PARSEC_SERVICE_ENDPOINT`.
    pub fn endpoint(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    /// Returns the path of the socket.
    pub fn socket(&self) -> PathBuf {
        self.scratch.path().join("run/parsec.sock")
    }

    /// Returns the folder of the keys.
    pub fn state_dir(&self) -> PathBuf {
        self.scratch.path().join("state")
    }

    /// Returns the temporary folder, which is removed with the service; tests may create files
    /// there.
    pub fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// Returns the process ID.
    ///
    /// # Panics
    ///
    /// If the service is not running.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("the service runs").id()
    }

    /// Opens a connection.
    ///
    /// # Panics
    ///
    /// If the service does not accept one.
    pub fn wire(&self) -> Wire {
        Wire::connect(&self.socket())
            .unwrap_or_else(|error| panic!("no connection: {error}\n{}", self.log()))
    }

    /// Returns the service's standard error so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// Waits until the log contains `text`.
    ///
    /// # Panics
    ///
    /// If it does not within the deadline of [`eventually`](crate::eventually).
    pub fn wait_for_log(&self, text: &str) {
        self.wait_for_log_count(text, 1);
    }

    fn wait_for_log_count(&self, text: &str, count: usize) {
        attempt(|| self.log().matches(text).count() >= count)
            .unwrap_or_else(|| panic!("the log never says {text:?}\n{}", self.log()));
    }

    /// Reads the metrics of a service whose configuration ends with [`Metrics::CONFIG`].
    ///
    /// # Panics
    ///
    /// If it does not serve them.
    pub fn metrics(&self) -> Metrics {
        Metrics::read(&self.scratch.path().join("run/metrics.sock"))
    }

    /// Writes a file into the temporary folder, with the placeholders of [`Builder::config`]
    /// replaced.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        builder::write(self.scratch.path(), name, text)
            .unwrap_or_else(|error| panic!("{name} cannot be written: {error}"))
    }

    /// Replaces the configuration file; the service reads it at its next start or reload.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    pub fn configure(&self, toml: &str) {
        self.write(builder::CONFIG, toml);
    }

    /// Returns the binary as a command in the temporary folder with an empty environment.
    pub fn command(&self) -> Command {
        let mut command = Command::new(service_binary());
        command
            .current_dir(self.scratch.path())
            .env_clear()
            .env("HOME", self.scratch.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary with these arguments to its end, as [`Service::command`].
    ///
    /// # Panics
    ///
    /// If it cannot be run.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command()
            .args(arguments)
            .output()
            .unwrap_or_else(|error| panic!("the service cannot be run: {error}"))
    }

    /// Starts the prepared or stopped service, and waits until it responds to a ping.
    ///
    /// # Panics
    ///
    /// If it does not start, with its output.
    pub fn launch(&mut self) {
        self.try_launch()
            .unwrap_or_else(|error| panic!("the service did not start: {error}"));
    }

    /// Starts the service through another command; its output goes to the log.
    ///
    /// # Panics
    ///
    /// If the command cannot be run.
    pub fn spawn(&mut self, command: &mut Command) {
        self.kill();
        let log = self.open_log().expect("the log can be written");
        let child = command
            .stdout(log.try_clone().expect("the log can be written"))
            .stderr(log)
            .spawn();
        self.child = Some(child.unwrap_or_else(|error| panic!("{command:?}: {error}")));
    }

    /// Adopts a child process as the service.
    pub fn adopt(&mut self, child: Child) {
        self.kill();
        self.child = Some(child);
    }

    /// Waits until the service responds to a ping on a socket.
    ///
    /// # Panics
    ///
    /// If it exits before, or does not respond.
    pub fn wait_until_ready(&mut self, socket: &Path) {
        self.answers_on(socket)
            .unwrap_or_else(|error| panic!("the service did not start: {error}"));
    }

    /// Sends a signal to the service.
    ///
    /// # Panics
    ///
    /// If it does not run.
    pub fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("the service runs");
        kill_process(Pid::from_child(child), signal).expect("a child can be sent a signal");
    }

    /// Reloads with SIGHUP and waits until the log contains `text` once more than before.
    ///
    /// # Panics
    ///
    /// If the service does not run or does not log it.
    pub fn reload(&self, text: &str) {
        let before = self.log().matches(text).count();
        self.signal(Signal::HUP);
        self.wait_for_log_count(text, before + 1);
    }

    /// Kills the service with SIGKILL, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have exited already, which is fine.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Restarts the service on the same folders, killing it first if it still runs.
    ///
    /// # Panics
    ///
    /// If it does not start, with its output.
    pub fn restart(&mut self) {
        self.kill();
        self.launch();
    }

    /// Restarts the service with another configuration, killing it first if it still runs.
    ///
    /// # Errors
    ///
    /// Its output, if it does not start.
    pub fn reconfigure(&mut self, toml: &str) -> io::Result<()> {
        self.kill();
        self.configure(toml);
        self.try_launch()
    }

    /// Stops the service with SIGTERM and waits until it has exited.
    ///
    /// # Panics
    ///
    /// If the service does not run or does not stop.
    pub fn terminate(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Waits for the service to exit.
    ///
    /// # Panics
    ///
    /// If the service does not run or does not end.
    pub fn wait(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("the service runs");
        let status = attempt(|| child.try_wait().expect("a child can be waited for"));
        status.unwrap_or_else(|| {
            self.child = Some(child);
            panic!("the service does not stop\n{}", self.log())
        })
    }

    fn log_path(&self) -> PathBuf {
        self.scratch.path().join("service.log")
    }

    fn open_log(&self) -> io::Result<File> {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_path())
    }

    pub(crate) fn try_launch(&mut self) -> io::Result<()> {
        let log = self.open_log()?;
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
        let config = self.scratch.path().join(builder::CONFIG);
        if config.exists() {
            command.arg("--config").arg(config);
        }
        self.child = Some(command.spawn()?);
        self.answers_on(&self.socket())
    }

    /// Waits until the child responds to a ping; an error with the log if it does not.
    fn answers_on(&mut self, socket: &Path) -> io::Result<()> {
        let child = self.child.as_mut().expect("the service was started");
        let ready = attempt(|| {
            if UnixStream::connect(socket).is_ok_and(answers) {
                return Some(Ok(None));
            }
            match child.try_wait() {
                Ok(None) => None,
                ended => Some(ended),
            }
        });
        match ready {
            Some(Ok(None)) => Ok(()),
            Some(ended) => {
                self.child = None;
                let status = ended?.expect("a child that has ended has a status");
                let log = self.log();
                Err(io::Error::other(format!("it ended with {status}\n{log}")))
            }
            None => {
                let log = self.log();
                Err(io::Error::other(format!("it answers no ping\n{log}")))
            }
        }
    }
}

fn answers(stream: UnixStream) -> bool {
    Wire::new(stream).is_ok_and(|mut wire| wire.answers())
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}
