#![forbid(unsafe_code)]
//! How long a connection lives, and how many there may be.

mod support;

use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_contracts::operations::{ListKeys, ListOpcodes, PsaGenerateRandom};
use support::{PATIENCE, Scratch, Wire, ping, request};

#[test]
fn an_idle_connection_is_closed_without_a_word_and_a_busy_one_is_not() {
    let scratch = Scratch::serving("timeout = 2000", "timeout = 2000\nidle_timeout = 400");
    let mut idle = scratch.wire();
    assert!(idle.answers());
    let mut busy = scratch.wire();
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(1200) {
        assert!(busy.answers());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(idle.is_closed());
    assert!(busy.answers());
}

#[test]
fn the_deadline_is_counted_from_the_first_byte() {
    let scratch = Scratch::serving("timeout = 2000", "timeout = 500");
    let mut drip = scratch.wire();
    let start = Instant::now();
    let bytes = request("web", PsaGenerateRandom { size: 1 });
    for byte in &bytes[..20] {
        drip.send(&[*byte]);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(drip.status(), Status::ConnectionError);
    let took = start.elapsed();
    assert!(
        took > Duration::from_millis(450) && took < Duration::from_secs(5),
        "{took:?}"
    );
    assert!(drip.is_closed());
    // A pause between two requests is no slow request.
    let mut patient = scratch.wire();
    assert!(patient.answers());
    std::thread::sleep(Duration::from_millis(800));
    assert!(patient.answers());
}

#[test]
fn a_refusal_after_the_frame_was_read_leaves_the_connection_open() {
    let scratch = Scratch::serving("2000", "2000");
    let mut wire = scratch.wire();
    assert_eq!(wire.call("", ListKeys {}), Status::NotAuthenticated);
    let mut unknown = ping();
    unknown[28] = 0xf0;
    unknown[29] = 0xff;
    wire.send(&unknown);
    assert_eq!(wire.status(), Status::OpcodeDoesNotExist);
    let mut rubbish = request("web", PsaGenerateRandom { size: 1 });
    rubbish[36] = 0xff;
    wire.send(&rubbish);
    assert_eq!(wire.status(), Status::DeserializingBodyFailed);
    assert!(wire.answers());
}

#[test]
fn requests_in_one_write_are_answered_in_order() {
    let scratch = Scratch::serving("2000", "2000");
    let mut wire = scratch.wire();
    let mut bytes = Vec::new();
    for size in 0..100 {
        bytes.extend(request("web", PsaGenerateRandom { size }));
    }
    wire.send(&bytes);
    for size in 0..100_usize {
        let (_, body) = wire.receive().unwrap();
        // One byte of tag and one of length, nothing at all for no bytes.
        assert_eq!(body.len(), if size == 0 { 0 } else { size + 2 });
    }
}

/// The answer to a ping on a new connection, which is kept.
fn knock(scratch: &Scratch) -> (Wire, Status) {
    let mut wire = scratch.wire();
    wire.send(&ping());
    let status = wire.status();
    (wire, status)
}

#[test]
fn who_finds_no_place_is_told_so() {
    let scratch = Scratch::serving("timeout = 2000", "timeout = 2000\nmax_connections = 4");
    let start = Instant::now();
    // A place is free again a moment after its connection has gone.
    let fill = |served: &mut Vec<Wire>| {
        // One place in four is kept for other users.
        while served.len() < 3 {
            if let (wire, Status::Success) = knock(&scratch) {
                served.push(wire);
            }
            assert!(start.elapsed() < PATIENCE, "{} places", served.len());
        }
    };
    let mut served = Vec::new();
    fill(&mut served);
    for _ in 0..3 {
        let (mut wire, status) = knock(&scratch);
        assert_eq!(status, Status::Busy.fallback());
        assert!(wire.is_closed());
    }
    for wire in &mut served {
        assert!(wire.answers());
    }
    served.clear();
    fill(&mut served);
}

#[test]
fn an_answer_above_the_limit_is_refused_before_it_is_made() {
    let scratch = Scratch::serving(
        "allow_root = true",
        "allow_root = true\nbuffer_size_limit = 100",
    );
    let mut wire = scratch.wire();
    assert_eq!(
        wire.call("", PsaGenerateRandom { size: 100 }),
        Status::Success
    );
    for size in [101, u64::from(u32::MAX), u64::MAX] {
        let refused = wire.call("", PsaGenerateRandom { size });
        assert_eq!(refused, Status::ResponseTooLarge);
    }
}

#[test]
fn the_core_lists_exactly_the_published_opcodes_to_strict_clients() {
    let scratch = Scratch::serving("2000", "2000");
    let mut wire = scratch.wire();
    let mut opcodes = wire.output("", ListOpcodes { provider_id: 0 }).opcodes;
    opcodes.sort_unstable();
    assert_eq!(opcodes, [0x1, 0x8, 0x9, 0xe, 0x1a]);
    let mut flagged = request("", ListOpcodes { provider_id: 0 });
    flagged[8] = 1;
    wire.send(&flagged);
    let (_, body) = wire.receive().unwrap();
    assert!(
        body.len() > opcodes.len() + 2,
        "the administrators' operations as well"
    );
}
