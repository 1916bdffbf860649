//! Nothing can be taken out, put in, changed or moved unnoticed.

use std::fs;
use std::path::PathBuf;

use parsec_contracts::Status;
use parsec_harness::{Metrics, eventually};
use parsec_tests_e2e::audit::{import, live, stop};
use rustix::process::Signal;

use crate::audit::{broken, holds, log, start};

#[test]
fn a_line_that_is_removed_changed_moved_or_put_in_is_found() {
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
        fs::write(log(&service), attacked.join("\n") + "\n").unwrap();
        let said = broken(&service);
        assert!(said.contains("does not hold"), "{what}: {said}");
    }
    fs::write(log(&service), "").unwrap();
    assert!(broken(&service).contains("are missing"));
    fs::write(log(&service), &whole).unwrap();
    holds(&service);
}

#[test]
fn the_chain_goes_on_over_restarts_and_over_a_kill() {
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
            // Torn in the middle, as a power cut would.
            let mut text = fs::read(log(&service)).unwrap();
            text.extend_from_slice(b"{\"seq\":99,\"pr");
            fs::write(log(&service), text).unwrap();
            assert!(holds(&service).contains("torn"));
        }
        service.launch();
    }
    stop(&mut service);
    let said = holds(&service);
    assert!(said.contains("1 lines were torn"), "{said}");
}

#[test]
fn what_was_cut_off_while_the_service_was_down_is_seen_for_ever() {
    let mut service = start("");
    live(&service);
    stop(&mut service);
    let whole = fs::read_to_string(log(&service)).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let cut = lines[..lines.len() - 2].join("\n") + "\n";
    fs::write(log(&service), cut).unwrap();
    service.launch();
    assert!(
        service.log().contains("security events are missing"),
        "{}",
        service.log()
    );
    assert_eq!(service.wire().ask("web", import("later")), Status::Success);
    stop(&mut service);
    assert!(broken(&service).contains("2 events are missing"));
}

#[test]
fn an_end_that_is_cut_off_together_with_its_head_is_missed() {
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
    let said = broken(&service);
    assert!(said.contains("audit.head is missing"), "{said}");
    let file = log(&service);
    let verify = |head: &[&str]| {
        let all = [&["audit", "verify", file.to_str().unwrap()][..], head].concat();
        service.run(&all).status.code()
    };
    assert_eq!(verify(&["--head", "none"]), Some(1));
    assert_eq!(verify(&["--head", "copy.head"]), Some(1));
    // Nobody asked for the end, and it says that it knows nothing of it.
    assert_eq!(verify(&[]), Some(0));
}

#[test]
fn a_long_file_is_put_aside_and_the_chain_goes_through_all_of_them() {
    let mut service = start(&format!("rotate_at = 1000\n{}", Metrics::CONFIG));
    let mut wire = service.wire();
    for number in 0..20 {
        assert_eq!(
            wire.ask("web", import(&format!("k{number}"))),
            Status::Success
        );
        // Each in a batch of its own.
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
    // The oldest may be taken away, one between may not.
    let kept = fs::read(&aside[0]).unwrap();
    fs::remove_file(&aside[0]).unwrap();
    assert!(holds(&service).contains("earlier files are not here"));
    fs::write(&aside[0], kept).unwrap();
    fs::remove_file(&aside[1]).unwrap();
    assert!(broken(&service).contains("are missing"));
}
