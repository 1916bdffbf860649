//! Slow, silent and malicious clients do not affect others.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use parsec_contracts::frame::{FIXED_HEADER_LENGTH, MAGIC};
use parsec_contracts::operations::{Ping, PsaGenerateRandom, PsaHashCompute};
use parsec_contracts::types::Hash;
use parsec_contracts::{Operation as _, Status};
use parsec_harness::{Auth, Service, Wire, eventually, request};

fn ping(wire: &mut Wire) {
    let reply = wire.call(0, &Auth::None, 0, Ping {}).expect("a pong");
    assert_eq!(reply.status(), Status::Success);
}

/// Encodes a request with a body and an authentication field, which tests truncate.
fn whole() -> Vec<u8> {
    let operation = PsaGenerateRandom { size: 64 };
    request(1, &Auth::direct("client"), 0, operation)
}

/// Starts a service whose listener waits this many milliseconds for the rest of a request.
fn with_timeout(timeout: u32) -> Service {
    Service::direct_with("timeout = 3000", &format!("timeout = {timeout}"))
}

/// `parsec-bench-neighbours` measures the latency of a ping meanwhile.
#[test]
fn incomplete_and_slow_requests_do_not_delay_others() {
    // A ping that waits for one of them waits longer than the harness does.
    let service = with_timeout(600_000);
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
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut wire = service.wire();
                // Including whole requests, which receive responses.
                for byte in whole.iter().cycle() {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    wire.send(&[*byte]).expect("a byte");
                    thread::sleep(Duration::from_millis(5));
                }
            });
        }
        let mut kept = service.wire();
        for _ in 0..300 {
            ping(&mut kept);
            ping(&mut service.wire());
        }
        done.store(true, Ordering::Relaxed);
    });
    drop(half_sent);
}

#[test]
fn an_incomplete_request_times_out() {
    let service = with_timeout(300);
    let whole = whole();
    for length in [3, FIXED_HEADER_LENGTH - 1, FIXED_HEADER_LENGTH + 1] {
        let mut wire = service.wire();
        wire.send(&whole[..length]).expect("some bytes");
        let reply = wire.receive().expect("a reply instead of silence");
        assert_eq!(reply.status(), Status::ConnectionError);
        wire.drain().expect("the service closes");
    }
    // Slowly arriving bytes do not extend the deadline.
    let long = PsaHashCompute {
        alg: Hash::Sha256,
        input: vec![0; 200_000],
    };
    let mut bytes = request(1, &Auth::direct("client"), 0, long).into_iter();
    let mut wire = service.wire();
    eventually("the service closes", || {
        let byte = bytes.next().expect("more bytes than drip in a minute");
        wire.send(&[byte]).is_err()
    });
}

#[test]
fn malformed_truncated_and_oversized_frames_are_harmless() {
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
    // Every single byte of a valid request changed, including the lengths.
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
        // The service may close the connection before it has read everything.
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
fn a_refused_body_receives_a_response_while_it_is_still_sent() {
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
