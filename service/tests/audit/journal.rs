//! The log in a journal.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::live;
use crate::support::{CONFIG, PATIENCE, Scratch};

/// Starts a journal of its own, and the service with it; both are gone from this machine's view
/// with the last process.
const WITH_A_JOURNAL: &str = "
mount -t tmpfs tmpfs /run || exit 77
mkdir -p /run/systemd/journal /run/log/journal
/lib/systemd/systemd-journald & journal=$!
for _ in $(seq 100); do [ -S /run/systemd/journal/socket ] && break; sleep 0.1; done
[ -S /run/systemd/journal/socket ] || exit 77
\"$0\" --config config.toml & echo $! > pid
wait $!
sleep 1
journalctl -t parsec-audit -o cat --no-pager > journal
kill $journal
";

#[test]
fn the_journal_holds_the_chain() {
    let tools = [
        "/lib/systemd/systemd-journald",
        "/usr/bin/journalctl",
        "/usr/bin/unshare",
    ];
    let missing = tools.iter().find(|tool| !Path::new(tool).exists());
    if let Some(tool) = missing {
        eprintln!("skipped: there is no {tool} here");
        return;
    }
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can start a journal of its own");
        return;
    }
    let scratch = Scratch::default();
    let text = format!("{CONFIG}\n[audit]\nto = \"journald\"\n");
    scratch.write("config.toml", &text);
    let log = fs::File::create(scratch.path().join("log")).unwrap();
    let mut shell = Command::new("unshare")
        .args(["--mount", "sh", "-c", WITH_A_JOURNAL])
        .arg(env!("CARGO_BIN_EXE_parsec-service"))
        .current_dir(scratch.path())
        .stdin(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
    let start = Instant::now();
    while !scratch.socket().exists() {
        if let Some(ended) = shell.try_wait().unwrap() {
            assert_eq!(ended.code(), Some(77), "{}", scratch.log());
            eprintln!("skipped: no journal can be started here: {}", scratch.log());
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{}", scratch.log());
        thread::sleep(Duration::from_millis(10));
    }
    live(&scratch);
    let pid: i32 = fs::read_to_string(scratch.path().join("pid"))
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, Signal::TERM).unwrap();
    assert!(shell.wait().unwrap().success(), "{}", scratch.log());
    let journal = fs::read_to_string(scratch.path().join("journal")).unwrap();
    for event in [
        "key-created",
        "key-used",
        "refused",
        "admin",
        "service-stopped",
    ] {
        assert!(
            journal.contains(&format!("\"event\":\"{event}\"")),
            "{event}: {journal}"
        );
    }
    let verify = |text: &str| {
        let file = scratch.write("copy", text);
        Command::new(env!("CARGO_BIN_EXE_parsec-service"))
            .args(["audit", "verify", "-", "--head"])
            .arg(scratch.path().join("keys/audit.head"))
            .stdin(fs::File::open(file).unwrap())
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(verify(&journal), Some(0));
    let lines: Vec<&str> = journal.lines().collect();
    let without_one = [&lines[..2], &lines[3..]].concat().join("\n");
    assert_eq!(verify(&without_one), Some(1));
}
