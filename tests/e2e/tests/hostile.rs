#![forbid(unsafe_code)]
//! Slow, silent and hostile clients do no harm to the others.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::frame::{FIXED_HEADER_LENGTH, MAGIC};
use parsec_contracts::operations::{Ping, PsaGenerateRandom};
use parsec_contracts::{Operation as _, Status};
use parsec_harness::{Auth, Service, Wire, request};

/// These tests measure time, so they run one after the other.
static ALONE: Mutex<()> = Mutex::new(());

/// A person does not notice it, and the published service misses it by a minute.
const PROMPT: Duration = Duration::from_millis(250);

fn ping(wire: &mut Wire) {
    let reply = wire.call(0, &Auth::None, 0, Ping {}).expect("a pong");
    assert_eq!(reply.status(), Status::Success);
}

/// A request with a body and an authentication field, to be cut anywhere.
fn whole() -> Vec<u8> {
    let operation = PsaGenerateRandom { size: 64 };
    request(1, &Auth::direct("somebody"), 0, operation)
}

/// Pings for that long, on one connection and on new ones, and returns the slowest.
fn slowest_ping(service: &Service, duration: Duration) -> Duration {
    let mut kept = service.wire();
    let mut slowest = Duration::ZERO;
    let end = Instant::now() + duration;
    while Instant::now() < end {
        let start = Instant::now();
        ping(&mut kept);
        slowest = slowest.max(start.elapsed());
        let start = Instant::now();
        ping(&mut service.wire());
        slowest = slowest.max(start.elapsed());
        thread::sleep(Duration::from_millis(5));
    }
    slowest
}

#[test]
fn half_sent_requests_and_dripping_clients_delay_nobody() {
    let _alone = ALONE.lock();
    let service = Service::direct();
    let whole = whole();
    let half_sent: Vec<Wire> = (0..600)
        .map(|number| {
            let mut wire = service.wire();
            wire.send(&whole[..number % whole.len()])
                .expect("some bytes");
            wire
        })
        .collect();
    let done = AtomicBool::new(false);
    let slowest = thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut wire = service.wire();
                for byte in whole.iter().cycle() {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    // The service may end this at its deadline: then it starts anew.
                    if wire.send(&[*byte]).is_err() {
                        wire = service.wire();
                    }
                    thread::sleep(Duration::from_millis(20));
                }
            });
        }
        let slowest = slowest_ping(&service, Duration::from_secs(4));
        done.store(true, Ordering::Relaxed);
        slowest
    });
    drop(half_sent);
    assert!(slowest < PROMPT, "a ping took {slowest:?}");
}

#[test]
fn a_request_that_never_ends_is_ended() {
    let _alone = ALONE.lock();
    // Its listener has a timeout of three seconds.
    let service = Service::direct();
    let whole = whole();
    for length in [3, FIXED_HEADER_LENGTH - 1, FIXED_HEADER_LENGTH + 1] {
        let start = Instant::now();
        let mut wire = service.wire();
        wire.send(&whole[..length]).expect("some bytes");
        let reply = wire.receive().expect("a reply instead of silence");
        assert_eq!(reply.status(), Status::ConnectionError);
        wire.drain().expect("the service closes");
        let took = start.elapsed();
        assert!(took < Duration::from_secs(10), "it took {took:?}");
    }
    // Bytes that drip do not extend the deadline.
    let start = Instant::now();
    let mut wire = service.wire();
    for byte in whole.iter().cycle() {
        if wire.send(&[*byte]).is_err() || start.elapsed() > Duration::from_secs(10) {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    let took = start.elapsed();
    assert!(took < Duration::from_secs(10), "a drip lived {took:?}");
}

#[test]
fn frames_that_are_garbage_truncated_or_oversized_harm_nobody() {
    let _alone = ALONE.lock();
    let service = Service::direct();
    let whole = whole();
    let mut frames: Vec<Vec<u8>> = vec![
        vec![0; 4096],
        vec![0xff; 4096],
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        MAGIC.to_be_bytes().repeat(64),
        vec![],
    ];
    frames.extend((1..whole.len()).map(|length| whole[..length].to_vec()));
    // Every single byte of a good request spoiled, the lengths among them.
    frames.extend((0..whole.len()).map(|at| {
        let mut frame = whole.clone();
        frame[at] ^= 0xff;
        frame
    }));
    let mut oversized = whole.clone();
    oversized[22..26].copy_from_slice(&u32::MAX.to_le_bytes());
    oversized.resize(4 * 1024 * 1024, 0x5a);
    frames.push(oversized);

    for bytes in &frames {
        let mut wire = service.wire();
        // The service may close before it has read all, which is its right.
        let _ = wire.send(bytes);
        let _ = wire.stream().shutdown(std::net::Shutdown::Write);
        ping(&mut service.wire());
        wire.drain().expect("the service answers and closes");
    }
    let good = service
        .wire()
        .call(1, &Auth::None, 0, PsaGenerateRandom { size: 8 });
    let reply = good.expect("a reply");
    assert_eq!(reply.header.opcode, PsaGenerateRandom::OPCODE.number());
    assert_eq!(
        reply
            .output::<PsaGenerateRandom>()
            .expect("a body")
            .random_bytes
            .len(),
        8
    );
}

#[test]
fn a_refused_body_is_answered_although_its_sender_does_not_stop() {
    let _alone = ALONE.lock();
    let service = Service::direct();
    let mut bytes = whole();
    bytes[22..26].copy_from_slice(&(2 * 1024 * 1024_u32).to_le_bytes());
    bytes.resize(FIXED_HEADER_LENGTH + 2 * 1024 * 1024, 0);
    let mut wire = service.wire();
    wire.send(&bytes)
        .expect("the service drains what it refuses");
    let reply = wire.receive().expect("the status, not a reset connection");
    assert_eq!(reply.status(), Status::BodySizeExceedsLimit);
}
