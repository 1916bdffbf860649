//! A full disk, and a disk with space again.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use parsec_contracts::Status;
use parsec_harness::Service;
use parsec_tests_e2e::audit::{import, mac, stop};
use serde_json::Value;

use crate::needs::{self, Missing, Outcome, trials};

trials!(
    lines_torn_by_a_full_disk_are_not_tampering_and_losses_are_counted,
    events_delayed_by_a_full_disk_are_written_once,
);

/// More data than fits on the disk.
const FLOOD: usize = 300;

/// Starts a service whose log is on a small, half-full disk; returns its folder as other processes
/// see it.
fn on_a_small_disk(overflow: &str) -> Result<(Service, PathBuf), Missing> {
    needs::root()?;
    needs::program("unshare")?;
    let audit = format!(
        "[audit]\nto = \"file\"\npath = \"{{scratch}}/disk/log\"\nhead_file = \"{{scratch}}/head\"\n\
         overflow = \"{overflow}\"\n"
    );
    let mut service = Service::prepared(format!("{}\n{audit}", Service::direct_config()));
    fs::create_dir(service.scratch().join("disk")).unwrap();
    let mut command = Command::new("unshare");
    command
        .args([
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o size=128k,mode=700 tmpfs disk && \
             head -c 65536 /dev/zero > disk/other && exec \"$0\" --config config.toml",
        ])
        .arg(service.command().get_program())
        .current_dir(service.scratch());
    service.spawn(&mut command);
    service.wait_until_ready(&service.socket());
    let disk = service.scratch().join("disk");
    let root = format!("/proc/{}/root", service.pid());
    let seen = Path::new(&root).join(disk.strip_prefix("/").unwrap());
    assert!(seen.join("other").exists());
    Ok((service, seen))
}

/// The same after more events than fit, with free space again.
fn on_a_disk_that_was_full(overflow: &str) -> Result<(Service, PathBuf), Missing> {
    let (service, disk) = on_a_small_disk(overflow)?;
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", import("k")), Status::Success);
    for _ in 0..FLOOD {
        assert_eq!(wire.ask("web", mac("k")), Status::Success);
    }
    service.wait_for_log("audit events cannot be written");
    fs::remove_file(disk.join("other")).unwrap();
    Ok((service, disk))
}

/// Stops the service, verifies the log and counts its events of a kind.
fn stop_and_read(service: &mut Service, disk: &Path) -> impl Fn(&str) -> Vec<Value> + use<> {
    // The mount disappears with the service, but open files stay readable.
    let mut file = File::open(disk.join("log")).unwrap();
    stop(service);
    let mut log = String::new();
    file.read_to_string(&mut log).unwrap();
    service.write("copy", &log);
    let output = service.run(&["audit", "verify", "copy", "--head", "head"]);
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("1 lines were torn"), "{text}");
    move |kind| {
        let events = log
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        events
            .filter(|event: &Value| event["event"] == kind)
            .collect()
    }
}

fn lines_torn_by_a_full_disk_are_not_tampering_and_losses_are_counted() -> Outcome {
    let (mut service, disk) = on_a_disk_that_was_full("count")?;
    let mut wire = service.wire();
    for _ in 0..10 {
        assert_eq!(wire.ask("web", mac("k")), Status::Success);
    }
    let of = stop_and_read(&mut service, &disk);
    let lost = of("events-lost");
    let lost: u64 = lost
        .iter()
        .map(|event| event["detail"].as_u64().unwrap())
        .sum();
    assert!(lost > 0);
    assert_eq!(of("key-used").len() as u64 + lost, FLOOD as u64 + 10);
    Ok(())
}

fn events_delayed_by_a_full_disk_are_written_once() -> Outcome {
    let (mut service, disk) = on_a_disk_that_was_full("block")?;
    let of = stop_and_read(&mut service, &disk);
    assert_eq!(of("key-used").len(), FLOOD);
    assert_eq!(of("service-stopped").len(), 1);
    Ok(())
}
