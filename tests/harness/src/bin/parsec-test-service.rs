#![forbid(unsafe_code)]
//! A service for the tests of other languages, run as their child process.
//!
//! `parsec-test-service --default | --direct | --devices` starts a service and prints a line of
//! JSON when it responds: `{"endpoint": "unix:…", "socket": "…", "pid": 1, "providers": [1]}`. Then
//! it reads commands from its standard input, one per line, and prints a line of JSON after each:
//!
//! | command | effect | response |
//! | --- | --- | --- |
//! | `kill` | ends the service as a crash would | `{"killed": true}` |
//! | `restart` | kills it if it runs, and starts it again on the same state | `{"restarted": true, "pid": 2}` |
//! | `pause` | stops every thread of it; its connections stay open | `{"paused": true}` |
//! | `resume` | lets it continue | `{"resumed": true}` |
//!
//! A failed command prints `{"error": "…"}`. The program stops all its processes when its input
//! ends, on SIGTERM or SIGINT, and when its parent has exited.

use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use parsec_harness::{Devices, Service};
use rustix::process::{Pid, Signal, getppid, kill_process};
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "usage: parsec-test-service --default | --direct | --devices";
/// Interval between checks that the parent is still running.
const PARENT_CHECK: Duration = Duration::from_millis(500);
/// Maximum time for all threads of the service to stop.
const PAUSE_DEADLINE: Duration = Duration::from_secs(30);

/// Events while the service runs.
enum Event {
    Line(String),
    Stop,
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--default"] => run(Service::builder().try_start(), &[1]),
        ["--direct"] => {
            let direct = Service::builder().config(Service::direct_config());
            run(direct.try_start(), &[1])
        }
        ["--devices"] => {
            // Declared after the service, which uses them until it stops.
            let devices = Devices::start();
            run(devices.service().try_start(), &Devices::PROVIDERS)
        }
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, USAGE)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(service: io::Result<Service>, providers: &[u8]) -> io::Result<()> {
    let parent = getppid();
    let service = service?;
    let (sender, events) = mpsc::channel();
    watch_input(sender.clone());
    watch_signals(sender)?;
    say(&json!({
        "endpoint": service.endpoint(),
        "socket": service.socket(),
        "pid": service.pid(),
        "providers": providers,
    }))?;
    let mut running = Running {
        pid: Some(service.pid()),
        service,
    };
    loop {
        match events.recv_timeout(PARENT_CHECK) {
            Ok(Event::Line(line)) => {
                let done = running.execute(line.trim());
                say(&done.unwrap_or_else(|error| json!({ "error": error.to_string() })))?;
            }
            // A process whose parent exits gets another parent.
            Err(RecvTimeoutError::Timeout) if getppid() == parent => {}
            Ok(Event::Stop) | Err(_) => return Ok(()),
        }
    }
}

/// The service, and its process ID while it runs.
struct Running {
    service: Service,
    pid: Option<u32>,
}

impl Running {
    /// Executes a command and returns the response.
    fn execute(&mut self, command: &str) -> io::Result<Value> {
        match command {
            "kill" => {
                self.service.kill();
                self.pid = None;
                Ok(json!({ "killed": true }))
            }
            "restart" => {
                self.service.restart();
                self.pid = Some(self.service.pid());
                Ok(json!({ "restarted": true, "pid": self.pid }))
            }
            "pause" => {
                self.signal(Signal::STOP)?;
                self.wait_until_stopped()?;
                Ok(json!({ "paused": true }))
            }
            "resume" => {
                self.signal(Signal::CONT)?;
                Ok(json!({ "resumed": true }))
            }
            other => Err(io::Error::other(format!(
                "there is no command {other:?}; there are kill, restart, pause and resume"
            ))),
        }
    }

    fn running(&self) -> io::Result<u32> {
        self.pid
            .ok_or_else(|| io::Error::other("the service does not run: restart it"))
    }

    fn signal(&self, signal: Signal) -> io::Result<()> {
        let pid = i32::try_from(self.running()?).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| io::Error::other("a process id is positive"))?;
        Ok(kill_process(pid, signal)?)
    }

    /// A thread stops when it is next scheduled, which is later than the signal.
    fn wait_until_stopped(&self) -> io::Result<()> {
        let pid = self.running()?;
        let deadline = Instant::now() + PAUSE_DEADLINE;
        while !all_stopped(pid)? {
            if Instant::now() > deadline {
                return Err(io::Error::other("the service does not stop"));
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

/// Returns whether the kernel has stopped every thread of a process.
fn all_stopped(pid: u32) -> io::Result<bool> {
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let stat = fs::read_to_string(task?.path().join("stat"))?;
        // The state follows the name in parentheses, which may contain anything.
        let state = stat.rsplit_once(") ").map(|(_, rest)| rest);
        if !state.is_some_and(|state| state.starts_with('T')) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn say(line: &Value) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

fn watch_input(events: Sender<Event>) {
    thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if events.send(Event::Line(line)).is_err() {
                return;
            }
        }
        // The reader may have exited.
        let _ = events.send(Event::Stop);
    });
}

fn watch_signals(events: Sender<Event>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let (mut terminate, mut interrupt) = {
        let _inside = runtime.enter();
        (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        )
    };
    thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        });
        let _ = events.send(Event::Stop);
    });
    Ok(())
}
