//! The audit log in a journal.

use std::fs;
use std::process::{Command, Stdio};

use parsec_harness::{Service, eventually, service_binary};
use parsec_tests_e2e::audit::live;
use rustix::process::{Pid, Signal, kill_process};

use crate::needs::{self, Missing, Outcome, trials};

trials!(the_journal_holds_the_chain);

/// Starts a private journal and the service with it; both are invisible to the machine and end with
/// the last process.
const WITH_A_JOURNAL: &str = "
mount -t tmpfs tmpfs /run || exit 77
mkdir -p /run/systemd/journal /run/log/journal
/lib/systemd/systemd-journald & journal=$!
for _ in $(seq 600); do [ -S /run/systemd/journal/socket ] && break; sleep 0.05; done
[ -S /run/systemd/journal/socket ] || exit 77
\"$0\" --config config.toml & echo $! > pid
wait $!
for _ in $(seq 600); do
    journalctl -t parsec-audit -o cat --no-pager > journal
    grep -q service-stopped journal && break
    sleep 0.05
done
kill $journal
";

fn the_journal_holds_the_chain() -> Outcome {
    for tool in [
        "/lib/systemd/systemd-journald",
        "/usr/bin/journalctl",
        "/usr/bin/unshare",
    ] {
        needs::path(tool)?;
    }
    needs::root()?;
    let service = Service::prepared(format!(
        "{}\n[audit]\nto = \"journald\"\n",
        Service::direct_config()
    ));
    let log = fs::File::create(service.scratch().join("log")).unwrap();
    let mut shell = Command::new("unshare")
        .args(["--mount", "sh", "-c", WITH_A_JOURNAL])
        .arg(service_binary())
        .current_dir(service.scratch())
        .stdin(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
    let log = || fs::read_to_string(service.scratch().join("log")).unwrap();
    let ended = eventually("the service or the end of the shell", || {
        let ended = shell.try_wait().unwrap();
        (service.socket().exists() || ended.is_some()).then_some(ended)
    });
    if let Some(ended) = ended {
        assert_eq!(ended.code(), Some(77), "{}", log());
        return Err(Missing::new("no journal can be started"));
    }
    live(&service);
    let pid: i32 = fs::read_to_string(service.scratch().join("pid"))
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), Signal::TERM).unwrap();
    assert!(shell.wait().unwrap().success(), "{}", log());
    let journal = fs::read_to_string(service.scratch().join("journal")).unwrap();
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
        let file = service.write("copy", text);
        Command::new(service_binary())
            .args(["audit", "verify", "-", "--head"])
            .arg(service.state_dir().join("audit.head"))
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
    Ok(())
}
