//! A disk that fills up and is emptied again.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use serde_json::Value;

use crate::support::{CONFIG, PATIENCE, Scratch};
use crate::{import, mac, stop};

/// More than the disk takes.
const FLOOD: usize = 300;

/// A service whose log is on a small disk of its own that is half full; its folder as others see
/// it. `None` where no such disk can be made.
fn on_a_small_disk(overflow: &str) -> Option<(Scratch, PathBuf)> {
    if !rustix::process::geteuid().is_root() || !Path::new("/usr/bin/unshare").exists() {
        eprintln!("skipped: only root can make a disk of its own, with unshare");
        return None;
    }
    let mut scratch = Scratch::default();
    let audit = format!(
        "[audit]\nto = \"file\"\npath = \"{{dir}}/disk/log\"\nhead_file = \"{{dir}}/head\"\n\
         overflow = \"{overflow}\"\n"
    );
    scratch.write("config.toml", &format!("{CONFIG}\n{audit}"));
    fs::create_dir(scratch.path().join("disk")).unwrap();
    let mut command = Command::new("unshare");
    command
        .args([
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o size=128k,mode=700 tmpfs disk && \
             head -c 65536 /dev/zero > disk/other && exec \"$0\" --config config.toml",
        ])
        .arg(scratch.command().get_program())
        .current_dir(scratch.path());
    scratch.spawn(&mut command);
    scratch.wait_until_ready(&scratch.socket());
    let disk = scratch.path().join("disk");
    let root = format!("/proc/{}/root", scratch.pid());
    let seen = Path::new(&root).join(disk.strip_prefix("/").unwrap());
    assert!(seen.join("other").exists());
    Some((scratch, seen))
}

/// The same after more events than there was room for, with room again.
fn on_a_disk_that_was_full(overflow: &str) -> Option<(Scratch, PathBuf)> {
    let (scratch, disk) = on_a_small_disk(overflow)?;
    let mut wire = scratch.wire();
    assert_eq!(wire.call("web", import("k")), Status::Success);
    for _ in 0..FLOOD {
        assert_eq!(wire.call("web", mac("k")), Status::Success);
    }
    wait_until_full(&scratch);
    fs::remove_file(disk.join("other")).unwrap();
    Some((scratch, disk))
}

/// Stops the service, verifies the log and tells how many events of a kind are in it.
fn stop_and_read(scratch: &mut Scratch, disk: &Path) -> impl Fn(&str) -> Vec<Value> + use<> {
    // The disk goes with the service, but not what is open.
    let mut file = File::open(disk.join("log")).unwrap();
    stop(scratch);
    let mut log = String::new();
    file.read_to_string(&mut log).unwrap();
    scratch.write("copy", &log);
    let output = scratch.run(&["audit", "verify", "copy", "--head", "head"]);
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("1 lines were torn"), "{said}");
    move |kind| {
        let events = log
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        events
            .filter(|event: &Value| event["event"] == kind)
            .collect()
    }
}

#[test]
fn what_a_full_disk_has_torn_is_no_tampering_and_what_it_lost_is_counted() {
    let Some((mut scratch, disk)) = on_a_disk_that_was_full("count") else {
        return;
    };
    let mut wire = scratch.wire();
    for _ in 0..10 {
        assert_eq!(wire.call("web", mac("k")), Status::Success);
    }
    let of = stop_and_read(&mut scratch, &disk);
    let lost = of("events-lost");
    let lost: u64 = lost
        .iter()
        .map(|event| event["detail"].as_u64().unwrap())
        .sum();
    assert!(lost > 0);
    assert_eq!(of("key-used").len() as u64 + lost, FLOOD as u64 + 10);
}

#[test]
fn what_a_full_disk_keeps_waiting_is_written_once() {
    let Some((mut scratch, disk)) = on_a_disk_that_was_full("block") else {
        return;
    };
    let of = stop_and_read(&mut scratch, &disk);
    assert_eq!(of("key-used").len(), FLOOD);
    assert_eq!(of("service-stopped").len(), 1);
}

fn wait_until_full(scratch: &Scratch) {
    let begun = Instant::now();
    while !scratch.log().contains("security events cannot be written") {
        assert!(begun.elapsed() < PATIENCE, "{}", scratch.log());
        thread::sleep(Duration::from_millis(10));
    }
}
