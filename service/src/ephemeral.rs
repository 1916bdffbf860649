//! A service for the tests of an application: software keys in a private temporary folder.

use std::ffi::OsString;
use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, getpid, getppid, kill_process};
use tempfile::TempDir;

use crate::config::Config;
use crate::error::ServiceError;
use crate::lifecycle;

/// The variable in which clients look for the endpoint.
const ENDPOINT: &str = "PARSEC_SERVICE_ENDPOINT";
/// Maximum length of the path of a socket (unix(7)), without room for its file name.
const LONGEST_FOLDER: usize = 80;
/// How often to look whether the process that started this one still runs.
const PARENT_INTERVAL: Duration = Duration::from_millis(500);

/// How long a command may continue after a signal has stopped the service.
const PATIENCE: Duration = Duration::from_secs(2);

/// Something that ends the service.
enum Ended {
    Service(Result<(), ServiceError>),
    Command(io::Result<i32>),
}

/// Runs the service with keys in a temporary folder, which is deleted at the end. Without a command,
/// prints the endpoint to standard output when the service is ready, and runs until a signal or the
/// end of the process that started it. With a command, runs that with the endpoint in its
/// environment, and ends with its exit status.
///
/// # Errors
///
/// Why the service or the command cannot start.
pub fn run(command: &[OsString]) -> Result<i32, ServiceError> {
    // Before anything else: the parent may end soon.
    let parent = getppid();
    let folder = folder()?;
    eprintln!(
        "parsec-service: warning: for tests only: the keys are in {}, which is deleted at the end",
        folder.path().display()
    );
    let place = folder.path().to_owned();
    let endpoint = format!("unix:{}", Config::ephemeral(&place)?.socket_path.display());
    let (sender, events) = mpsc::channel();
    let (ready, is_ready) = mpsc::channel::<()>();
    let ended = sender.clone();
    let service = thread::spawn(move || {
        let served = lifecycle::run_with(&|| Config::ephemeral(&place), move || {
            // The receiver waits for this, or has ended with an error.
            let _ = ready.send(());
        });
        let _ = ended.send(Ended::Service(served));
    });
    let mut code = 0;
    // An error means that the service has ended, which is the next event.
    if is_ready.recv().is_ok() {
        match command {
            [] => {
                print_line(&endpoint)?;
                watch_parent(parent);
            }
            [program, arguments @ ..] => match start(program, arguments, &endpoint, sender) {
                Ok(child) => code = wait(&events, child)?,
                Err(error) => {
                    stop();
                    let _ = service.join();
                    return Err(error);
                }
            },
        }
    }
    if !command.is_empty() {
        stop();
    }
    for event in events {
        if let Ended::Service(served) = event {
            served?;
            break;
        }
    }
    // It has ended.
    let _ = service.join();
    folder.close()?;
    Ok(code)
}

/// Creates a folder that only this user may enter, with a path short enough for a socket.
fn folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("parsec-ephemeral-");
    builder.permissions(Permissions::from_mode(0o700));
    let folder = builder.tempdir()?;
    match folder.path().as_os_str().len() {
        0..LONGEST_FOLDER => Ok(folder),
        _ => builder.tempdir_in("/tmp"),
    }
}

#[allow(clippy::print_stdout, reason = "the endpoint is data")]
fn print_line(endpoint: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{endpoint}")?;
    out.flush()
}

fn start(
    program: &OsString,
    arguments: &[OsString],
    endpoint: &str,
    ended: Sender<Ended>,
) -> Result<Pid, ServiceError> {
    let child = Command::new(program)
        .args(arguments)
        .env(ENDPOINT, endpoint)
        .spawn()
        .map_err(|error| {
            let program = Path::new(program).display();
            io::Error::new(error.kind(), format!("{program} cannot be run: {error}"))
        })?;
    let pid = Pid::from_child(&child);
    thread::spawn(move || {
        // The receiver ends only after this.
        let _ = ended.send(Ended::Command(exit_code(child)));
    });
    Ok(pid)
}

/// Returns the exit status, as a shell does for a program that a signal ended.
fn exit_code(mut child: Child) -> io::Result<i32> {
    let status = child.wait()?;
    let by_signal = || 128 + status.signal().unwrap_or_default();
    Ok(status.code().unwrap_or_else(by_signal))
}

/// Waits for the command. If a signal stops the service first, stops the command too, unless that
/// received the same signal from the terminal and ends.
fn wait(events: &mpsc::Receiver<Ended>, command: Pid) -> Result<i32, ServiceError> {
    let mut served = Ok(());
    let mut patience = None;
    loop {
        let event = match patience {
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(limit) => events.recv_timeout(limit),
        };
        match event {
            Ok(Ended::Command(code)) => {
                served?;
                return Ok(code?);
            }
            Ok(Ended::Service(result)) => {
                served = result;
                patience = Some(PATIENCE);
            }
            Err(RecvTimeoutError::Timeout) => {
                // It may have ended just now.
                let _ = kill_process(command, Signal::TERM);
                patience = None;
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(1),
        }
    }
}

/// Stops the service as a signal from outside does.
fn stop() {
    // This process exists.
    let _ = kill_process(getpid(), Signal::TERM);
}

/// Stops the service when the process that started it has ended: a test run that was killed leaves
/// no service behind.
fn watch_parent(parent: Option<Pid>) {
    thread::spawn(move || {
        while getppid() == parent {
            thread::sleep(PARENT_INTERVAL);
        }
        stop();
    });
}
