#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The behaviour of `parsec-test-service` that other languages' tests depend on.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;

const DEADLINE: Duration = Duration::from_secs(20);

struct Started {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Started {
    fn new(option: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_parsec-test-service"))
            .arg(option)
            .env("PARSEC_SERVICE_BINARY", parsec_harness::service_binary())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn write(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().unwrap();
        writeln!(input, "{line}").unwrap();
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn pid(output: &Value) -> Pid {
    Pid::from_raw(i32::try_from(output["pid"].as_i64().unwrap()).unwrap()).unwrap()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

fn is_gone(service: Pid) -> bool {
    test_kill_process(service).is_err()
}

#[test]
fn prints_the_endpoint_and_stops_the_service_at_end_of_input() {
    let mut started = Started::new("--default");
    let output = started.line();
    let socket = output["socket"].as_str().unwrap();
    assert_eq!(output["endpoint"], format!("unix:{socket}"));
    assert_eq!(output["providers"], serde_json::json!([1]));
    UnixStream::connect(socket).unwrap();
    drop(started.child.stdin.take());
    assert!(started.child.wait().unwrap().success());
    assert!(is_gone(pid(&output)));
    assert!(!std::path::Path::new(socket).exists());
}

#[test]
fn starts_the_service_again_on_the_same_socket() {
    let mut started = Started::new("--direct");
    let output = started.line();
    started.write("restart");
    let again = started.line();
    assert_eq!(again["restarted"], true);
    assert_ne!(again["pid"], output["pid"]);
    assert!(is_gone(pid(&output)));
    UnixStream::connect(output["socket"].as_str().unwrap()).unwrap();
    started.write("rest");
    assert!(started.line()["error"].is_string());
}

#[test]
fn kills_the_service_and_starts_it_again() {
    let mut started = Started::new("--default");
    let output = started.line();
    started.write("kill");
    assert_eq!(started.line()["killed"], true);
    assert!(is_gone(pid(&output)));
    UnixStream::connect(output["socket"].as_str().unwrap()).unwrap_err();
    // Commands that need a running service return an error.
    started.write("pause");
    assert!(started.line()["error"].is_string());
    started.write("restart");
    assert_eq!(started.line()["restarted"], true);
    UnixStream::connect(output["socket"].as_str().unwrap()).unwrap();
}

#[test]
fn pauses_every_thread_of_the_service_and_resumes_them() {
    let mut started = Started::new("--default");
    let output = started.line();
    started.write("pause");
    assert_eq!(started.line()["paused"], true);
    let states = states(pid(&output));
    assert!(states.iter().all(|state| *state == 'T'), "{states:?}");
    started.write("resume");
    assert_eq!(started.line()["resumed"], true);
    wait_until("it does not continue", || {
        self::states(pid(&output)).iter().all(|state| *state != 'T')
    });
    // A paused service can also be stopped.
    started.write("pause");
    assert_eq!(started.line()["paused"], true);
    drop(started.child.stdin.take());
    assert!(started.child.wait().unwrap().success());
    assert!(is_gone(pid(&output)));
}

/// Returns the state of each thread, as the kernel abbreviates it.
fn states(process: Pid) -> Vec<char> {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", process.as_raw_nonzero())).unwrap();
    tasks
        .map(|task| {
            let stat = std::fs::read_to_string(task.unwrap().path().join("stat")).unwrap();
            let (_, rest) = stat.rsplit_once(") ").unwrap();
            rest.chars().next().unwrap()
        })
        .collect()
}

#[test]
fn a_signal_stops_all_processes() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut started = Started::new("--devices");
        let output = started.line();
        assert_eq!(output["providers"], serde_json::json!([1, 2, 3, 128]));
        kill_process(Pid::from_child(&started.child), signal).unwrap();
        assert!(started.child.wait().unwrap().success());
        assert!(is_gone(pid(&output)));
    }
}

#[test]
fn stops_when_its_parent_exits_although_its_input_is_open() {
    // It holds its input pipe open itself.
    let script = r#"mkfifo "$1/pipe"; exec 3<>"$1/pipe"; "$2" --default <&3 & wait"#;
    let folder = tempfile::tempdir().unwrap();
    let mut parent = Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(folder.path())
        .arg(env!("CARGO_BIN_EXE_parsec-test-service"))
        .env("PARSEC_SERVICE_BINARY", parsec_harness::service_binary())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(parent.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let service = pid(&serde_json::from_str(&line).unwrap());
    assert!(!is_gone(service));
    parent.kill().unwrap();
    parent.wait().unwrap();
    wait_until("it does not stop", || is_gone(service));
}
