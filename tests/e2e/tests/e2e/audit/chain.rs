//! Changes to the audit log are detected.

use std::fs;
use std::path::{Path, PathBuf};

use parsec_contracts::Status;
use parsec_harness::{Metrics, Service, eventually};
use parsec_tests_e2e::audit::{import, live, stop};
use rustix::process::Signal;

use crate::audit::{broken, holds, log, start, verify};

#[test]
fn removed_changed_moved_and_inserted_lines_are_detected() {
    let mut service = start("");
    live(&service);
    stop(&mut service);
    let whole = fs::read_to_string(log(&service)).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let count = lines.len();
    assert!(count > 6);
    let mut attacks: Vec<(String, Vec<String>)> = Vec::new();
    let owned = || -> Vec<String> { lines.iter().map(|line| (*line).to_owned()).collect() };
    for index in 0..count {
        let mut removed = owned();
        removed.remove(index);
        attacks.push((format!("removed {index}"), removed));
        if index == count / 2 {
            let rest = owned()[index..].to_vec();
            attacks.push((format!("cut before {index}"), rest));
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
        attacks.push((format!("rubbish instead of {index}"), rubbish));
    }
    for (what, attacked) in attacks {
        fs::write(log(&service), attacked.join("\n") + "\n").unwrap();
        let printed = broken(&service);
        assert!(printed.contains("is not intact"), "{what}: {printed}");
    }
    fs::write(log(&service), "").unwrap();
    assert!(broken(&service).contains("are missing"));
    fs::write(log(&service), &whole).unwrap();
    holds(&service);
}

#[test]
fn the_chain_continues_after_restarts_and_kills() {
    let mut service = start("");
    for round in 0..3 {
        assert_eq!(
            service.wire().ask("web", import(&format!("k{round}"))),
            Status::Success
        );
        match round {
            1 => service.signal(Signal::KILL),
            _ => service.signal(Signal::TERM),
        }
        service.wait();
        if round == 1 {
            // Truncated in the middle of a line, as after a power failure.
            let mut text = fs::read(log(&service)).unwrap();
            text.extend_from_slice(b"{\"seq\":99,\"pr");
            fs::write(log(&service), text).unwrap();
            assert!(holds(&service).contains("torn"));
        }
        service.launch();
    }
    stop(&mut service);
    let printed = holds(&service);
    assert!(printed.contains("1 lines were torn"), "{printed}");
}

#[test]
fn truncation_while_the_service_is_stopped_stays_detectable() {
    let mut service = start("");
    live(&service);
    stop(&mut service);
    let whole = fs::read_to_string(log(&service)).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let cut = lines[..lines.len() - 2].join("\n") + "\n";
    fs::write(log(&service), cut).unwrap();
    service.launch();
    assert!(
        service.log().contains("audit events are missing"),
        "{}",
        service.log()
    );
    assert_eq!(service.wire().ask("web", import("later")), Status::Success);
    stop(&mut service);
    assert!(broken(&service).contains("2 events are missing"));
}

#[test]
fn an_emptied_or_removed_log_stays_detectable() {
    type Attack = fn(&Path);
    let attacks: [(&str, Attack); 4] = [
        ("emptied", |log| drop(fs::File::create(log).unwrap())),
        ("removed", |log| fs::remove_file(log).unwrap()),
        ("cut at the front", |log| {
            let text = fs::read_to_string(log).unwrap();
            let (_, rest) = text.split_once('\n').unwrap();
            fs::write(log, rest).unwrap();
        }),
        ("replaced by an empty one", |log| {
            let empty = log.with_extension("empty");
            fs::write(&empty, "").unwrap();
            fs::rename(empty, log).unwrap();
        }),
    ];
    for (what, attack) in attacks {
        for is_running in [true, false] {
            let mut service = start("");
            live(&service);
            if !is_running {
                stop(&mut service);
            }
            attack(&log(&service));
            if !is_running {
                assert_ne!(verify(&service).status.code(), Some(0), "{what}");
                service.launch();
            }
            for later in ["one", "two"] {
                assert_eq!(service.wire().ask("web", import(later)), Status::Success);
            }
            stop(&mut service);
            let printed = broken(&service);
            assert!(printed.contains("is not intact"), "{what}: {printed}");
            // Later events are appended after the gap.
            assert!(fs::read_to_string(log(&service)).unwrap().contains("two"));
        }
    }
}

#[test]
fn truncation_together_with_the_head_is_detected() {
    let mut service = start("");
    live(&service);
    stop(&mut service);
    let whole = fs::read_to_string(log(&service)).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    fs::write(log(&service), lines[..3].join("\n") + "\n").unwrap();
    fs::rename(
        service.state_dir().join("audit.head"),
        service.scratch().join("copy.head"),
    )
    .unwrap();
    let printed = broken(&service);
    assert!(printed.contains("audit.head is missing"), "{printed}");
    let file = log(&service);
    let verify = |head: &[&str]| {
        let all = [&["audit", "verify", file.to_str().unwrap()][..], head].concat();
        service.run(&all).status.code()
    };
    assert_eq!(verify(&["--head", "none"]), Some(1));
    assert_eq!(verify(&["--head", "copy.head"]), Some(1));
    // The end is not required here, and the output states that it is unknown.
    assert_eq!(verify(&[]), Some(0));
}

#[test]
fn a_long_file_is_rotated_and_the_chain_spans_all_files() {
    let mut service = start(&format!("rotate_at = 1000\n{}", Metrics::CONFIG));
    let mut wire = service.wire();
    for number in 0..20 {
        assert_eq!(
            wire.ask("web", import(&format!("k{number}"))),
            Status::Success
        );
        // Each event in its own batch.
        let written = f64::from(number + 2);
        eventually("the event is written", || {
            service.metrics().value("parsec_audit_events_total") >= Some(written)
        });
    }
    stop(&mut service);
    let mut aside: Vec<PathBuf> = fs::read_dir(service.state_dir())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("audit.jsonl."))
        .collect();
    aside.sort();
    assert!(aside.len() >= 3, "{aside:?}");
    assert!(holds(&service).contains("22 events"));
    // The oldest file may be removed, one between others may not.
    let kept = fs::read(&aside[0]).unwrap();
    fs::remove_file(&aside[0]).unwrap();
    assert!(holds(&service).contains("earlier files are not here"));
    fs::write(&aside[0], kept).unwrap();
    fs::remove_file(&aside[1]).unwrap();
    assert!(broken(&service).contains("are missing"));
}

/// Writes this number of events, one after another.
fn cause(service: &Service, count: u32) {
    let mut wire = service.wire();
    let written = || {
        let events = service.metrics().value("parsec_audit_events_total");
        events.unwrap_or_default()
    };
    for number in 0..count {
        let before = written();
        assert_eq!(
            wire.ask("web", import(&format!("k{number}"))),
            Status::Success
        );
        eventually("the event is written", || written() > before);
    }
}

fn aside(service: &Service) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(service.state_dir())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("audit.jsonl."))
        .collect();
    files.sort();
    files
}

fn verify_from(service: &Service, from: &str) -> Option<i32> {
    let arguments = ["--config", "config.toml", "audit", "verify", "--from", from];
    service.run(&arguments).status.code()
}

#[test]
fn old_files_are_removed_and_the_rest_of_the_chain_verifies() {
    let settings = format!("rotate_at = 1000\nkeep_files = 2\n{}", Metrics::CONFIG);
    let mut service = start(&settings);
    cause(&service, 12);
    // The mark at a file's beginning does not depend on the process that rotated the previous file.
    service.restart();
    cause_more(&service);
    stop(&mut service);
    assert_eq!(aside(&service).len(), 2);
    let printed = holds(&service);
    assert!(printed.contains("the service removed them"), "{printed}");
    assert_eq!(verify_from(&service, "1"), Some(1));
    let first = printed.split_once("begins with number ").unwrap().1;
    let first = first.split_once(':').unwrap().0;
    assert_eq!(verify_from(&service, first), Some(0));
    // One more than the service has removed.
    fs::remove_file(&aside(&service)[0]).unwrap();
    let printed = holds(&service);
    assert!(
        printed.contains("the service did not remove them"),
        "{printed}"
    );
    assert_eq!(verify_from(&service, first), Some(1));
    // Rotated files are protected like the current one.
    let oldest = aside(&service).remove(0);
    let text = fs::read_to_string(&oldest).unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    fs::write(&oldest, rest).unwrap();
    assert!(broken(&service).contains("begins with event"));
}

fn cause_more(service: &Service) {
    let mut wire = service.wire();
    for number in 0..8 {
        let key = import(&format!("more{number}"));
        assert_eq!(wire.ask("web", key), Status::Success);
    }
}
