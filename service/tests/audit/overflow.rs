//! More events than there is room for.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use rustix::process::Signal;
use serde_json::Value;

use crate::support::{self, CONFIG, Scratch};
use crate::{import, mac, stop};

/// A service whose events can go nowhere but into its queue: a pipe that nobody reads.
fn stuck(overflow: &str) -> (Scratch, std::io::PipeReader) {
    let mut scratch = Scratch::default();
    let config = CONFIG.replace("timeout = 2000", "timeout = 2000\ndrain_timeout = 500");
    let text =
        format!("{config}\n[audit]\nto = \"stderr\"\nqueue = 4\noverflow = \"{overflow}\"\n");
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
fn a_service_whose_events_are_stuck_stops_all_the_same() {
    for overflow in ["block", "count"] {
        for reloads in [false, true] {
            let (mut scratch, reader) = stuck(overflow);
            let mut wire = scratch.wire();
            assert_eq!(wire.call("web", import("k")), Status::Success);
            let request = support::request("web", mac("k"));
            let mut flood = scratch.wire();
            let flood = thread::spawn(move || {
                for _ in 0..FLOOD {
                    let sent = std::io::Write::write_all(&mut flood.stream, &request);
                    if sent.is_err() || flood.receive().is_err() {
                        return;
                    }
                }
            });
            thread::sleep(Duration::from_secs(2));
            if reloads {
                scratch.signal(Signal::HUP);
                thread::sleep(Duration::from_millis(200));
            }
            let told = Instant::now();
            stop(&mut scratch);
            assert!(told.elapsed() < Duration::from_secs(15));
            flood.join().unwrap();
            drop(reader);
        }
    }
}
