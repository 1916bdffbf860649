#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The folder, the umask and the user with which the service is started, and what of it reaches
//! the outside: neither other keys nor a core dump.

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_contracts::operations::PsaExportPublicKey;
use rustix::process::{Pid, Signal, geteuid, kill_process};
use support::keys::p256;
use support::{CONFIG, PATIENCE, Scratch};

/// A config whose paths are relative.
fn relative() -> String {
    CONFIG.replace("{dir}/keys/", "keys/")
}

/// Starts the service by a shell that has gone to a folder and set a umask.
fn start_in(scratch: &mut Scratch, folder: &Path, umask: &str, config: &str) {
    let mut command = scratch.command();
    let binary = command.get_program().to_owned();
    command = Command::new("sh");
    command
        .args(["-c", "umask $1 && cd \"$2\" && exec \"$0\" --config \"$3\""])
        .arg(binary)
        .arg(umask)
        .arg(folder)
        .arg(config);
    scratch.spawn(&mut command);
    scratch.wait_until_ready(&scratch.socket());
}

#[test]
fn the_same_keys_are_found_from_any_folder_and_with_any_umask() {
    let mut scratch = Scratch::default();
    let here = scratch.path().to_owned();
    let config = scratch.write("config.toml", &relative());
    start_in(&mut scratch, &here, "000", "config.toml");
    assert_eq!(scratch.wire().call("web", p256("k")), Status::Success);
    let public = || PsaExportPublicKey {
        key_name: "k".to_owned(),
    };
    let first = scratch.wire().output("web", public());
    scratch.signal(Signal::TERM);
    assert!(scratch.wait().success());

    fs::create_dir_all(here.join("a/b")).unwrap();
    for (folder, umask) in [("/", "077"), (here.join("a/b").to_str().unwrap(), "777")] {
        start_in(
            &mut scratch,
            Path::new(folder),
            umask,
            config.to_str().unwrap(),
        );
        assert_eq!(scratch.wire().output("web", public()), first);
        scratch.signal(Signal::TERM);
        assert!(scratch.wait().success());
    }
    let mut found = 0;
    for entry in fs::read_dir(here.join("keys")).unwrap() {
        let path = entry.unwrap().path();
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
        found += 1;
    }
    assert!(found >= 2, "a store and a master key");
}

#[test]
fn the_sockets_folder_can_be_entered_whatever_the_umask() {
    let mut scratch = Scratch::default();
    let text = CONFIG.replace("{dir}/parsec.sock", "{dir}/new/run/parsec.sock");
    let config = scratch.write("config.toml", &text);
    let mut command = Command::new("sh");
    command
        .args(["-c", "umask 077 && exec \"$0\" --config \"$1\""])
        .arg(scratch.command().get_program())
        .arg(config);
    scratch.spawn(&mut command);
    let socket = scratch.path().join("new/run/parsec.sock");
    scratch.wait_until_ready(&socket);
    for folder in ["new", "new/run"] {
        let made = scratch.path().join(folder).metadata().unwrap();
        assert_eq!(made.permissions().mode() & 0o777, 0o755, "{folder}");
    }
}

/// Whether a process that is killed by SIGABRT with unlimited core dumps allowed leaves one.
fn dumps_core(folder: &Path, program: &str) -> bool {
    let mut victim = Command::new("sh")
        .args(["-c", "ulimit -c unlimited && exec $0"])
        .arg(program)
        .current_dir(folder)
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_millis(200));
    kill_process(Pid::from_child(&victim), Signal::ABORT).unwrap();
    victim.wait().unwrap().core_dumped()
}

#[test]
fn a_crash_leaves_no_core_dump() {
    let mut scratch = Scratch::default();
    scratch.write("config.toml", CONFIG);
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "ulimit -c unlimited && exec \"$0\" --config config.toml",
        ])
        .arg(scratch.command().get_program())
        .current_dir(scratch.path());
    scratch.spawn(&mut command);
    scratch.wait_until_ready(&scratch.socket());
    assert_eq!(core_limits(scratch.pid()), ["0", "0"]);
    scratch.signal(Signal::ABORT);
    assert!(!scratch.wait().core_dumped());
    // Where the system itself writes none, the limits are all that there is to see.
    if !dumps_core(scratch.path(), "sleep 60") {
        eprintln!("no control: this system writes no core dumps at all");
    }
}

#[test]
fn no_way_of_starting_reads_a_pin_before_core_dumps_are_forbidden() {
    for arguments in [
        &[][..],
        &["--check"],
        &["--explain-policy", "web"],
        &["store", "check"],
        &["audit", "verify"],
    ] {
        let mut scratch = Scratch::default();
        // Nobody writes to it: whoever reads the configuration gets no further.
        let made = Command::new("mkfifo")
            .arg(scratch.path().join("config.toml"))
            .status();
        assert!(made.unwrap().success());
        let mut command = scratch.command();
        command.args(["--config", "config.toml"]).args(arguments);
        scratch.spawn(&mut command);
        let begun = Instant::now();
        while core_limits(scratch.pid()) != ["0", "0"] {
            assert!(begun.elapsed() < PATIENCE, "{arguments:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// How long a core dump may be, soft and hard.
fn core_limits(pid: u32) -> [String; 2] {
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let cores = limits.lines().find(|line| line.starts_with("Max core"));
    let mut words = cores.unwrap().split_whitespace().skip(4);
    [(); 2].map(|()| words.next().unwrap().to_owned())
}

#[test]
fn other_processes_of_the_same_user_cannot_look_into_it() {
    if !geteuid().is_root() {
        eprintln!("skipped: only root can start the service as another user");
        return;
    }
    const NOBODY: u32 = 65534;
    let mut scratch = Scratch::default();
    scratch.write("config.toml", CONFIG);
    std::os::unix::fs::chown(scratch.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // The folder that the binary was built in need not be open to others.
    let binary = scratch.path().join("parsec-service");
    fs::copy(scratch.command().get_program(), &binary).unwrap();
    let mut command = Command::new(&binary);
    command
        .args(["--config", "config.toml"])
        .current_dir(scratch.path())
        .env("TMPDIR", scratch.path())
        .uid(NOBODY)
        .gid(NOBODY);
    scratch.spawn(&mut command);
    scratch.wait_until_ready(&scratch.socket());
    // The kernel gives what shows a process's memory to root where it must not be dumped.
    let owner = |pid: u32| fs::metadata(format!("/proc/{pid}/mem")).unwrap().uid();
    assert_eq!(owner(scratch.pid()), 0);
    let mut other = Command::new("sleep").arg("60").uid(NOBODY).spawn().unwrap();
    thread::sleep(Duration::from_millis(200));
    assert_eq!(owner(other.id()), NOBODY, "and not so with other programs");
    other.kill().unwrap();
    other.wait().unwrap();
}
