//! Overflow of the event queue.

use std::process::{Command, Stdio};
use std::thread;

use parsec_contracts::Status;
use parsec_harness::{Metrics, Service, eventually, request_of, service_binary};
use parsec_tests_e2e::audit::{import, mac, stop};
use rustix::process::Signal;
use serde_json::Value;

/// Starts a service whose events only go into its queue: nobody reads its pipe.
fn stuck(overflow: &str) -> (Service, std::io::PipeReader) {
    let config =
        Service::direct_config().replace("timeout = 3000", "timeout = 3000\ndrain_timeout = 500");
    let mut service = Service::prepared(format!(
        "{config}\n[audit]\nto = \"stderr\"\nqueue = 4\noverflow = \"{overflow}\"\n{}",
        Metrics::CONFIG
    ));
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = service.command();
    command
        .env("RUST_LOG", "off")
        .args(["--config", "config.toml"])
        .stderr(Stdio::from(writer));
    service.adopt(command.spawn().unwrap());
    drop(command);
    service.wait_until_ready(&service.socket());
    (service, reader)
}

fn written(service: &Service) -> Option<f64> {
    service.metrics().value("parsec_audit_events_total")
}

/// Waits until no further event is written, while other requests are still served.
fn wait_until_stuck(service: &Service) {
    let mut wire = service.wire();
    let (mut last, mut looks) = (None, 0);
    eventually("no event is written any more", || {
        assert!(wire.answers(), "requests without an event do not wait");
        let now = written(service);
        looks = if now == last { looks + 1 } else { 0 };
        last = now;
        looks == 50
    });
}

/// More events than a pipe and the queue hold.
const FLOOD: usize = 2000;

#[test]
fn with_counting_no_request_waits_and_lost_events_are_counted() {
    let (mut service, reader) = stuck("count");
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", import("k")), Status::Success);
    for _ in 0..FLOOD {
        assert_eq!(wire.ask("web", mac("k")), Status::Success);
    }
    let reading = thread::spawn(move || std::io::read_to_string(reader).unwrap());
    // Now there is room, and the next event records the count.
    for _ in 0..10 {
        let before = written(&service);
        assert_eq!(wire.ask("web", mac("k")), Status::Success);
        eventually("an event is written", || written(&service) > before);
    }
    stop(&mut service);
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
    // The events are mixed with other lines, as in a journal.
    let mixed = text.replace('\n', "\nanother line\n");
    let mut verify = Command::new(service_binary())
        .args(["audit", "verify", "-", "--head"])
        .arg(service.state_dir().join("audit.head"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut verify.stdin.take().unwrap(), mixed.as_bytes()).unwrap();
    assert!(verify.wait().unwrap().success());
}

#[test]
fn with_blocking_requests_wait_until_the_queue_has_room() {
    let (mut service, reader) = stuck("block");
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", import("k")), Status::Success);
    let flood = thread::spawn(move || {
        for _ in 0..FLOOD {
            assert_eq!(wire.ask("web", mac("k")), Status::Success);
        }
    });
    wait_until_stuck(&service);
    assert!(
        !flood.is_finished(),
        "there was no room, and no event was lost"
    );
    let reading = thread::spawn(move || std::io::read_to_string(reader).unwrap());
    flood.join().unwrap();
    stop(&mut service);
    let text = reading.join().unwrap();
    assert_eq!(text.matches("\"key-used\"").count(), FLOOD);
    assert!(!text.contains("events-lost"));
}

#[test]
fn a_service_with_a_blocked_audit_log_still_stops() {
    // Each shutdown takes as long as the service waits at most.
    thread::scope(|scope| {
        for overflow in ["block", "count"] {
            for reloads in [false, true] {
                scope.spawn(move || stop_while_stuck(overflow, reloads));
            }
        }
    });
}

fn stop_while_stuck(overflow: &str, reloads: bool) {
    let (mut service, reader) = stuck(overflow);
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", import("k")), Status::Success);
    let request = request_of("web", mac("k"));
    let mut flood = service.wire();
    let flood = thread::spawn(move || {
        for _ in 0..FLOOD {
            if flood.send(&request).is_err() || flood.receive().is_err() {
                return;
            }
        }
    });
    wait_until_stuck(&service);
    if reloads {
        service.signal(Signal::HUP);
        let reloaded = "parsec_config_reloads_total{result=\"reloaded\"}";
        eventually("the configuration is reloaded", || {
            service.metrics().value(reloaded) == Some(1.0)
        });
    }
    stop(&mut service);
    flood.join().unwrap();
    drop(reader);
}
