#![forbid(unsafe_code)]
//! A service for the tests of other languages, as a child process of theirs.
//!
//! `parsec-test-service --default | --direct | --devices` starts one and prints a line of JSON when
//! it answers: `{"endpoint": "unix:…", "socket": "…", "pid": 1, "providers": [1]}`. The line `restart` on
//! its standard input kills the service as a crash would and starts it again on the same state;
//! `{"restarted": true}` is the answer. It stops all that it started when its input ends, on
//! SIGTERM or SIGINT, and when its parent is gone.

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use parsec_harness::{Devices, Service};
use rustix::process::getppid;
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "usage: parsec-test-service --default | --direct | --devices";
/// How often to look whether the parent is still there.
const PARENT_CHECK: Duration = Duration::from_millis(500);

/// What may happen while the service runs.
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
            // After the service, for it uses them until it ends.
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
    let mut service = service?;
    let (sender, events) = mpsc::channel();
    watch_input(sender.clone());
    watch_signals(sender)?;
    say(&json!({
        "endpoint": service.endpoint(),
        "socket": service.socket(),
        "pid": service.pid(),
        "providers": providers,
    }))?;
    loop {
        match events.recv_timeout(PARENT_CHECK) {
            Ok(Event::Line(line)) if line.trim() == "restart" => {
                service.restart();
                say(&json!({ "restarted": true, "pid": service.pid() }))?;
            }
            Ok(Event::Line(line)) => {
                say(
                    &json!({ "error": format!("there is no command {line:?}; there is `restart`") }),
                )?;
            }
            // A parent that dies leaves its children to another.
            Err(RecvTimeoutError::Timeout) if getppid() == parent => {}
            Ok(Event::Stop) | Err(_) => return Ok(()),
        }
    }
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
        // Nobody may be there to hear it.
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
