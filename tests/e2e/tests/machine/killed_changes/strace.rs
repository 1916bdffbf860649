//! The system calls of the service: which it makes, and killing it at one of them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};

use parsec_harness::{Service, eventually};
use rustix::process::{Pid, Signal, kill_process};

use crate::needs::{self, Missing, Outcome};

/// The system calls that change files, and those that answer a client.
const CHANGES: &str = "openat,write,pwrite64,fsync,fdatasync,ftruncate,fchmod,chmod,rename,renameat2,\
                       link,linkat,unlink,unlinkat,mkdir,sendto";

/// Needs strace, and to be allowed to trace.
pub(crate) fn tracing() -> Outcome {
    needs::program("strace")?;
    let traced = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Missing::new(format!("strace cannot be run: {error}")))?;
    needs::that(traced.status.success(), "this machine lets nobody trace")
}

/// Needs to be allowed to trace a process that runs already.
pub(super) fn attaching() -> Outcome {
    tracing()?;
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    let is_free = scope.trim().is_empty() || scope.trim() == "0";
    needs::that(
        is_free || rustix::process::geteuid().is_root(),
        "this machine lets only root trace a process that runs",
    )
}

/// A call: its name, and which of that name it is in its thread, from 1.
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

/// strace of a command of the service, or of the service itself.
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

/// The calls in a trace, from the first one on that names a file of the store.
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

/// The calls that a command makes.
pub(super) fn calls_of_command(service: &Service, arguments: &[&str]) -> Vec<Call> {
    let output = traced(service, &["-o", "calls"], arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    read_trace(service)
}

/// Runs a command of the service, and kills it when it begins that call; whether it came so far.
pub(super) fn kill_command(service: &Service, arguments: &[&str], call: &Call) -> bool {
    let options = ["-o", "/dev/null", "-e", &injection(call)];
    let output = traced(service, &options, arguments).output().unwrap();
    output.status.signal().is_some()
}

/// The calls that the service makes while it starts. It is killed when it is ready.
pub(super) fn calls_of_start(service: &Service) -> Vec<Call> {
    // With -D the service is the child of this process, and strace one of its own.
    let command = traced(service, &["-D", "-o", "calls"], &[]);
    assert!(!has_died_at_start(service, command), "{}", service.log());
    read_trace(service)
}

/// Starts the service, and kills it when it begins that call, or is ready; whether it came so far.
pub(super) fn kill_start(service: &Service, call: &Call) -> bool {
    let options = ["-D", "-o", "/dev/null", "-e", &injection(call)];
    has_died_at_start(service, traced(service, &options, &[]))
}

fn has_died_at_start(service: &Service, mut command: Command) -> bool {
    // Of the service before: it would look as if this one were ready.
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

/// Kills a process that strace traces as a process of its own, and waits until both have ended: then
/// the trace is whole.
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

/// The process that traces one, by the file that tells of it.
fn tracer_of(status: &str) -> Option<u32> {
    let status = fs::read_to_string(status).ok()?;
    let tracer = status
        .lines()
        .find_map(|line| line.strip_prefix("TracerPid:"))?;
    tracer.trim().parse().ok().filter(|tracer| *tracer != 0)
}

/// strace of a service that runs. It is to be dropped when the service has ended.
pub(super) struct Attached {
    strace: Child,
}

impl Attached {
    /// Notes the calls.
    pub(super) fn recording(service: &Service) -> Self {
        Self::to(service, &["-o", "calls"])
    }

    /// Kills the service when it begins that call.
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

    /// The calls that the service has made meanwhile; it continues alone.
    pub(super) fn calls(mut self, service: &Service) -> Vec<Call> {
        kill_process(Pid::from_child(&self.strace), Signal::INT).unwrap();
        self.strace.wait().unwrap();
        let trace = fs::read_to_string(service.scratch().join("calls")).unwrap();
        // Files of the store have no names here: they are open already.
        calls_in(&format!("0 opened(.sqlite3\n{trace}"))
            .into_iter()
            .skip(1)
            .collect()
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // It may have ended.
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
