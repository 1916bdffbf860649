#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The log of security events: what is in it, and that nothing can be done to it unnoticed.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_contracts::operations::{
    DeleteClient, PsaDestroyKey, PsaExportKey, PsaGenerateRandom, PsaImportKey, PsaMacCompute,
    RenameKey,
};
use parsec_contracts::types::{
    Algorithm, FullLengthMac, Hash, KeyAttributes, KeyPolicy, KeyType, Mac, UsageFlags,
};
use rustix::process::Signal;
use serde_json::Value;
use support::{CONFIG, PATIENCE, Scratch};

/// What no line may ever hold.
const SECRET: &[u8] = b"a-very-recognisable-secret-of-32";

fn config(settings: &str) -> String {
    format!("{CONFIG}\n[audit]\nto = \"file\"\n{settings}\n")
}

fn start(settings: &str) -> Scratch {
    let mut scratch = Scratch::default();
    scratch.write("config.toml", &config(settings));
    scratch.start();
    scratch
}

fn log(scratch: &Scratch) -> PathBuf {
    scratch.path().join("keys/audit.jsonl")
}

fn events(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn stop(scratch: &mut Scratch) {
    scratch.signal(Signal::TERM);
    assert!(scratch.wait().success());
}

fn verify(scratch: &Scratch) -> Output {
    scratch.run(&["--config", "config.toml", "audit", "verify"])
}

fn holds(scratch: &Scratch) -> String {
    let output = verify(scratch);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

fn broken(scratch: &Scratch) -> String {
    let output = verify(scratch);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn hmac() -> Mac {
    Mac::FullLength(FullLengthMac::Hmac {
        hash_alg: Hash::Sha256,
    })
}

fn import(key_name: &str) -> PsaImportKey {
    PsaImportKey {
        key_name: key_name.to_owned(),
        attributes: KeyAttributes {
            key_type: KeyType::Hmac,
            key_bits: 256,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags {
                    sign_message: true,
                    export: true,
                    ..UsageFlags::default()
                },
                key_algorithm: Algorithm::Mac(hmac()),
            },
        },
        data: SECRET.into(),
    }
}

fn mac(key_name: &str) -> PsaMacCompute {
    PsaMacCompute {
        key_name: key_name.to_owned(),
        alg: hmac(),
        input: b"a-very-recognisable-message".to_vec(),
    }
}

/// A life of keys of which every event is written.
fn live(scratch: &Scratch) {
    let mut wire = scratch.wire();
    let key = |name: &str| name.to_owned();
    assert_eq!(wire.call("web", import("k")), Status::Success);
    assert_eq!(wire.call("web", mac("k")), Status::Success);
    assert_eq!(
        wire.call("web", PsaExportKey { key_name: key("k") }),
        Status::Success
    );
    assert_eq!(wire.call("mail", mac("k")), Status::PsaErrorDoesNotExist);
    assert_eq!(
        wire.call("web", PsaDestroyKey { key_name: key("k") }),
        Status::Success
    );
    assert_eq!(wire.call("web", import("left")), Status::Success);
    let delete = || DeleteClient {
        client: "web".to_owned(),
    };
    assert_eq!(wire.call("web", delete()), Status::AdminOperation);
    assert_eq!(wire.call("admin", delete()), Status::Success);
    // Nothing of this is a security event.
    assert_eq!(
        wire.call("web", PsaGenerateRandom { size: 1 }),
        Status::Success
    );
}

#[test]
fn every_event_is_written_once_with_who_did_what_and_no_secret() {
    let mut scratch = start("");
    live(&scratch);
    scratch.write("config.toml", "");
    scratch.signal(Signal::HUP);
    let start = Instant::now();
    while !scratch.log().contains("the old one holds on") {
        assert!(start.elapsed() < PATIENCE, "{}", scratch.log());
        thread::sleep(Duration::from_millis(5));
    }
    scratch.write("config.toml", &config(""));
    scratch.signal(Signal::HUP);
    while !scratch.log().contains("reloaded") {
        assert!(start.elapsed() < PATIENCE, "{}", scratch.log());
        thread::sleep(Duration::from_millis(5));
    }
    stop(&mut scratch);
    let events = events(&log(&scratch));
    let told: Vec<[&str; 4]> = events
        .iter()
        .map(|event| {
            let text = |name: &str| event[name].as_str().unwrap_or("");
            let key = event["keys"][0].as_str().or(event["new_key"].as_str());
            [
                text("event"),
                text("client"),
                text("operation"),
                key.unwrap_or(""),
            ]
        })
        .collect();
    assert_eq!(
        told,
        [
            ["service-started", "", "", ""],
            ["key-created", "web", "psa_import_key", "k"],
            ["key-used", "web", "psa_mac_compute", "k"],
            ["key-exported", "web", "psa_export_key", "k"],
            ["refused", "mail", "psa_mac_compute", "k"],
            ["key-deleted", "web", "psa_destroy_key", "k"],
            ["key-created", "web", "psa_import_key", "left"],
            ["refused", "web", "delete_client", ""],
            ["key-deleted", "web", "", "left"],
            ["admin", "admin", "delete_client", ""],
            ["config-refused", "", "", ""],
            ["config-reloaded", "", "", ""],
            ["service-stopped", "", "", ""],
        ]
    );
    let used = &events[2];
    assert_eq!(
        used["algorithm"].to_string().matches("sha-256").count(),
        1,
        "{used}"
    );
    assert_eq!(used["status"], "success");
    assert_eq!(used["authenticator"], "direct");
    assert_eq!(used["uid"], rustix::process::geteuid().as_raw());
    assert!(used["request"].as_str().unwrap().ends_with(".2"), "{used}");
    assert_eq!(events[4]["status"], "psa-error-does-not-exist");
    assert_eq!(events[9]["detail"]["client"], "web");
    assert!(
        events[10]["detail"]
            .as_str()
            .unwrap()
            .contains("core_settings")
    );
    let text = fs::read(log(&scratch)).unwrap();
    for secret in [SECRET, b"a-very-recognisable-message"] {
        assert!(!text.windows(secret.len()).any(|window| window == secret));
    }
    assert!(holds(&scratch).contains("13 events"));
    use std::os::unix::fs::MetadataExt as _;
    for file in ["keys/audit.jsonl", "keys/audit.head"] {
        let mode = scratch.path().join(file).metadata().unwrap().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn a_line_that_is_removed_changed_moved_or_put_in_is_found() {
    let mut scratch = start("");
    live(&scratch);
    stop(&mut scratch);
    let whole = fs::read_to_string(log(&scratch)).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let count = lines.len();
    assert!(count > 6);
    let mut attacks: Vec<(String, Vec<String>)> = Vec::new();
    let owned = || -> Vec<String> { lines.iter().map(|line| (*line).to_owned()).collect() };
    for index in 0..count {
        // The first may be missing where older files were taken away.
        if index > 0 {
            let mut removed = owned();
            removed.remove(index);
            attacks.push((format!("removed {index}"), removed));
        }
        let mut changed = owned();
        changed[index] = changed[index].replacen("\"event\":\"", "\"event\":\"x", 1);
        attacks.push((format!("changed {index}"), changed));
        let mut doubled = owned();
        doubled.insert(index, lines[index].to_owned());
        attacks.push((format!("doubled {index}"), doubled));
        if index + 1 < count {
            let mut moved = owned();
            moved.swap(index, index + 1);
            attacks.push((format!("moved {index}"), moved));
            attacks.push((format!("cut after {index}"), owned()[..=index].to_vec()));
        }
        let mut rubbish = owned();
        rubbish[index] = "rubbish".to_owned();
        attacks.push((format!("rubbish in place of {index}"), rubbish));
    }
    for (what, attacked) in attacks {
        fs::write(log(&scratch), attacked.join("\n") + "\n").unwrap();
        let said = broken(&scratch);
        assert!(said.contains("does not hold"), "{what}: {said}");
    }
    fs::write(log(&scratch), "").unwrap();
    assert!(broken(&scratch).contains("are missing"));
    fs::write(log(&scratch), &whole).unwrap();
    holds(&scratch);
}

#[test]
fn the_chain_goes_on_over_restarts_and_over_a_kill() {
    let mut scratch = start("");
    for round in 0..3 {
        assert_eq!(
            scratch.wire().call("web", import(&format!("k{round}"))),
            Status::Success
        );
        match round {
            1 => scratch.signal(Signal::KILL),
            _ => scratch.signal(Signal::TERM),
        }
        scratch.wait();
        if round == 1 {
            // Torn in the middle, as a power cut would.
            let mut text = fs::read(log(&scratch)).unwrap();
            text.extend_from_slice(b"{\"seq\":99,\"pr");
            fs::write(log(&scratch), text).unwrap();
            assert!(holds(&scratch).contains("torn"));
        }
        scratch.start();
    }
    stop(&mut scratch);
    let said = holds(&scratch);
    assert!(said.contains("1 lines were torn"), "{said}");
}

#[test]
fn what_was_cut_off_while_the_service_was_down_is_seen_for_ever() {
    let mut scratch = start("");
    live(&scratch);
    stop(&mut scratch);
    let whole = fs::read_to_string(log(&scratch)).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let cut = lines[..lines.len() - 2].join("\n") + "\n";
    fs::write(log(&scratch), cut).unwrap();
    scratch.start();
    assert!(
        scratch.log().contains("security events are missing"),
        "{}",
        scratch.log()
    );
    assert_eq!(scratch.wire().call("web", import("later")), Status::Success);
    stop(&mut scratch);
    assert!(broken(&scratch).contains("2 events are missing"));
}

#[test]
fn a_long_file_is_put_aside_and_the_chain_goes_through_all_of_them() {
    let mut scratch = start("rotate_at = 1000");
    let mut wire = scratch.wire();
    for number in 0..20 {
        assert_eq!(
            wire.call("web", import(&format!("k{number}"))),
            Status::Success
        );
        // Each in a batch of its own.
        thread::sleep(Duration::from_millis(10));
    }
    stop(&mut scratch);
    let mut aside: Vec<PathBuf> = fs::read_dir(scratch.path().join("keys"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("audit.jsonl."))
        .collect();
    aside.sort();
    assert!(aside.len() >= 3, "{aside:?}");
    assert!(holds(&scratch).contains("22 events"));
    // The oldest may be taken away, one between may not.
    let kept = fs::read(&aside[0]).unwrap();
    fs::remove_file(&aside[0]).unwrap();
    assert!(holds(&scratch).contains("earlier files are not here"));
    fs::write(&aside[0], kept).unwrap();
    fs::remove_file(&aside[1]).unwrap();
    assert!(broken(&scratch).contains("are missing"));
}

/// A service whose events can go nowhere but into its queue: a pipe that nobody reads.
fn stuck(overflow: &str) -> (Scratch, std::io::PipeReader) {
    let mut scratch = Scratch::default();
    let text =
        format!("{CONFIG}\n[audit]\nto = \"stderr\"\nqueue = 4\noverflow = \"{overflow}\"\n");
    scratch.write("config.toml", &text);
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = scratch.command();
    command
        .env("RUST_LOG", "off")
        .args(["--config", "config.toml"])
        .stderr(Stdio::from(writer));
    scratch.adopt(command.spawn().unwrap());
    drop(command);
    scratch.wait_until_ready(&scratch.socket());
    (scratch, reader)
}

/// Far more than a pipe and the queue take.
const FLOOD: usize = 2000;

#[test]
fn where_events_are_counted_nobody_waits_and_the_count_is_written() {
    let (mut scratch, reader) = stuck("count");
    let mut wire = scratch.wire();
    assert_eq!(wire.call("web", import("k")), Status::Success);
    for _ in 0..FLOOD {
        assert_eq!(wire.call("web", mac("k")), Status::Success);
    }
    let reading = thread::spawn(move || std::io::read_to_string(reader).unwrap());
    // Now there is room, and the next event brings the count with it.
    for _ in 0..10 {
        assert_eq!(wire.call("web", mac("k")), Status::Success);
        thread::sleep(Duration::from_millis(20));
    }
    stop(&mut scratch);
    let text = reading.join().unwrap();
    let (mut used, mut lost) = (0, 0);
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        match event["event"].as_str().unwrap() {
            "key-used" => used += 1,
            "events-lost" => lost += event["detail"].as_u64().unwrap(),
            _ => {}
        }
    }
    assert!(lost > 0, "{text}");
    assert_eq!(used + lost, FLOOD as u64 + 10);
    // Among other lines, as in a journal.
    let mixed = text.replace('\n', "\nanother line\n");
    let mut verify = Command::new(env!("CARGO_BIN_EXE_parsec-service"))
        .args(["audit", "verify", "-", "--head"])
        .arg(scratch.path().join("keys/audit.head"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut verify.stdin.take().unwrap(), mixed.as_bytes()).unwrap();
    assert!(verify.wait().unwrap().success());
}

#[test]
fn where_events_block_requests_wait_until_there_is_room() {
    let (mut scratch, reader) = stuck("block");
    let socket = scratch.socket();
    let mut wire = scratch.wire();
    assert_eq!(wire.call("web", import("k")), Status::Success);
    let flood = thread::spawn(move || {
        for _ in 0..FLOOD {
            assert_eq!(wire.call("web", mac("k")), Status::Success);
        }
    });
    thread::sleep(Duration::from_secs(2));
    assert!(
        !flood.is_finished(),
        "there was no room, and no event was lost"
    );
    // Whoever causes no event does not wait.
    let stream = std::os::unix::net::UnixStream::connect(socket).unwrap();
    assert!(support::Wire::new(stream).answers());
    let reading = thread::spawn(move || std::io::read_to_string(reader).unwrap());
    flood.join().unwrap();
    stop(&mut scratch);
    let text = reading.join().unwrap();
    assert_eq!(text.matches("\"key-used\"").count(), FLOOD);
    assert!(!text.contains("events-lost"));
}

#[test]
fn a_setting_that_cannot_be_is_named_with_its_line() {
    for (settings, said) in [
        (
            "[audit]\nto = \"syslog\"",
            "\"file\", \"stderr\" or \"journald\"",
        ),
        (
            "[audit]\nto = \"stderr\"\npath = \"x\"",
            "belongs to `to = \"file\"`",
        ),
        ("[audit]\nto = \"file\"\nqueue = 0", "from 1 to 1000000"),
        (
            "[audit]\nto = \"file\"\noverflow = \"drop\"",
            "`block` or `count`",
        ),
        ("[audit]\nto = \"file\"\nroate_at = 1", "`rotate_at`"),
    ] {
        let scratch = Scratch::default();
        scratch.write("config.toml", &format!("{CONFIG}\n{settings}\n"));
        let refused = scratch.run(&["--config", "config.toml", "--check"]);
        assert_eq!(refused.status.code(), Some(2));
        let text = String::from_utf8(refused.stderr).unwrap();
        assert!(
            text.contains(said) && text.contains("config.toml:"),
            "{text}"
        );
    }
}

#[test]
fn a_key_that_is_renamed_is_told_by_both_names() {
    let mut scratch = start("");
    let mut wire = scratch.wire();
    assert_eq!(wire.call("web", import("old")), Status::Success);
    let rename = RenameKey {
        key_name: "old".to_owned(),
        new_key_name: "new".to_owned(),
    };
    let mut bytes = support::request("web", rename);
    bytes[8] = 1;
    wire.send(&bytes);
    assert_eq!(wire.status(), Status::Success);
    stop(&mut scratch);
    let events = events(&log(&scratch));
    let renamed = events
        .iter()
        .find(|event| event["event"] == "key-renamed")
        .unwrap();
    assert_eq!(renamed["keys"][0], "old");
    assert_eq!(renamed["new_key"], "new");
}

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
