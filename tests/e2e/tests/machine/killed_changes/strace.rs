//! The service under strace: recording its system calls, and killing it at one of them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};

use parsec_harness::{Service, eventually};
use rustix::process::{Pid, Signal, kill_process};

use crate::needs::{self, Missing, Outcome};

/// The system calls that change files or send responses.
const CHANGES: &str = "openat,write,pwrite64,fsync,fdatasync,ftruncate,fchmod,chmod,rename,renameat2,\
                       link,linkat,unlink,unlinkat,mkdir,sendto";

/// Needs strace and permission to trace.
pub(crate) fn tracing() -> Outcome {
    needs::program("strace")?;
    let traced = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Missing::new(format!("strace cannot be run: {error}")))?;
    needs::that(
        traced.status.success(),
        "this machine does not permit tracing",
    )
}

/// Needs permission to trace a running process.
pub(super) fn attaching() -> Outcome {
    tracing()?;
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    let is_free = scope.trim().is_empty() || scope.trim() == "0";
    needs::that(
        is_free || rustix::process::geteuid().is_root(),
        "this machine permits only root to trace a running process",
    )
}

/// A system call: its name, and its index among calls of this name in its thread, from 1.
pub(super) type Call = (String, usize);

fn injection((name, count): &Call) -> String {
    format!("inject={name}:signal=SIGKILL:when={count}")
}

fn strace() -> Command {
    let mut command = Command::new("strace");
    command
        .args(["-q", "-f", "-e", "signal=none", "-e"])
        .arg(format!("trace={CHANGES}"))
        .stdin(Stdio::null());
    command
}

/// strace with a command of the service, or with the service itself.
fn traced(service: &Service, options: &[&str], arguments: &[&str]) -> Command {
    let plain = service.command();
    let mut command = strace();
    command
        .args(options)
        .arg(plain.get_program())
        .args(["--config", "config.toml"])
        .args(arguments)
        .current_dir(service.scratch());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Returns the calls in a trace, starting with the first that names a file of the store.
fn calls_in(trace: &str) -> Vec<Call> {
    let mut counts = BTreeMap::<(&str, &str), usize>::new();
    let mut calls = Vec::new();
    let mut has_begun = false;
    for line in trace.lines() {
        let Some((thread, call)) = line.split_once(' ') else {
            continue;
        };
        let Some((name, rest)) = call.trim_start().split_once('(') else {
            continue;
        };
        let count = counts.entry((thread, name)).or_default();
        *count += 1;
        has_begun |= rest.contains(".sqlite3");
        if has_begun {
            calls.push((name.to_owned(), *count));
        }
    }
    calls
}

fn read_trace(service: &Service) -> Vec<Call> {
    calls_in(&fs::read_to_string(service.scratch().join("calls")).unwrap())
}

/// Returns the system calls of a command.
pub(super) fn calls_of_command(service: &Service, arguments: &[&str]) -> Vec<Call> {
    let output = traced(service, &["-o", "calls"], arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    read_trace(service)
}

/// Runs a command of the service, and kills it when it begins this call; returns whether it got
/// there.
pub(super) fn kill_command(service: &Service, arguments: &[&str], call: &Call) -> bool {
    let options = ["-o", "/dev/null", "-e", &injection(call)];
    let output = traced(service, &options, arguments).output().unwrap();
    output.status.signal().is_some()
}

/// Returns the system calls of a start. The service is killed when it is ready.
pub(super) fn calls_of_start(service: &Service) -> Vec<Call> {
    // With -D the service is a child of this process, and strace a separate process.
    let command = traced(service, &["-D", "-o", "calls"], &[]);
    assert!(!has_died_at_start(service, command), "{}", service.log());
    read_trace(service)
}

/// Starts the service, and kills it when it begins this call or is ready; returns whether it got
/// there.
pub(super) fn kill_start(service: &Service, call: &Call) -> bool {
    let options = ["-D", "-o", "/dev/null", "-e", &injection(call)];
    has_died_at_start(service, traced(service, &options, &[]))
}

fn has_died_at_start(service: &Service, mut command: Command) -> bool {
    // The socket of the previous service would look as if this one were ready.
    let _ = fs::remove_file(service.socket());
    let log = fs::File::create(service.scratch().join("traced.log")).unwrap();
    let mut child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
    let status = eventually("the service is ready or has ended", || {
        let ended = child.try_wait().unwrap();
        let is_ready = || UnixStream::connect(service.socket()).is_ok();
        (ended.is_some() || is_ready()).then_some(ended)
    });
    if status.is_none() {
        kill_traced(&mut child);
    }
    if let Some(status) = status {
        let log = || fs::read_to_string(service.scratch().join("traced.log")).unwrap_or_default();
        assert!(
            status.signal().is_some(),
            "it ended with {status}: {}",
            log()
        );
    }
    status.is_some()
}

/// Kills a process that a separate strace process traces, and waits until both have exited, so that
/// the trace is complete.
pub(crate) fn kill_traced(child: &mut Child) {
    let tracer = tracer_of(&format!("/proc/{}/status", child.id()));
    child.kill().unwrap();
    child.wait().unwrap();
    let Some(tracer) = tracer else {
        return;
    };
    eventually("strace has ended", || {
        let state = fs::read_to_string(format!("/proc/{tracer}/stat")).unwrap_or_default();
        state.is_empty() || state.contains(") Z")
    });
}

/// Returns the process that traces another, from its status file.
fn tracer_of(status: &str) -> Option<u32> {
    let status = fs::read_to_string(status).ok()?;
    let tracer = status
        .lines()
        .find_map(|line| line.strip_prefix("TracerPid:"))?;
    tracer.trim().parse().ok().filter(|tracer| *tracer != 0)
}

/// strace attached to a running service. Drop it after the service has exited.
pub(super) struct Attached {
    strace: Child,
}

impl Attached {
    /// Records the calls.
    pub(super) fn recording(service: &Service) -> Self {
        Self::to(service, &["-o", "calls"])
    }

    /// Kills the service when it begins this call.
    pub(super) fn killing(service: &Service, call: &Call) -> Self {
        Self::to(service, &["-o", "/dev/null", "-e", &injection(call)])
    }

    fn to(service: &Service, options: &[&str]) -> Self {
        let pid = service.pid();
        let strace = strace()
            .args(options)
            .args(["-p", &pid.to_string()])
            .current_dir(service.scratch())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        eventually("all threads are traced", || all_threads_traced(pid));
        Self { strace }
    }

    /// Returns the calls of the service so far, and detaches from it.
    pub(super) fn calls(mut self, service: &Service) -> Vec<Call> {
        kill_process(Pid::from_child(&self.strace), Signal::INT).unwrap();
        self.strace.wait().unwrap();
        let trace = fs::read_to_string(service.scratch().join("calls")).unwrap();
        // The files of the store have no names here because they are already open.
        calls_in(&format!("0 opened(.sqlite3\n{trace}"))
            .into_iter()
            .skip(1)
            .collect()
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // It may have exited.
        let _ = self.strace.kill();
        let _ = self.strace.wait();
    }
}

fn all_threads_traced(pid: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    threads
        .flatten()
        .all(|thread| tracer_of(&thread.path().join("status").to_string_lossy()).is_some())
}
