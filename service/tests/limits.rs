#![forbid(unsafe_code)]
//! A client that exceeds a limit is told so, and nobody else notices.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::operations::{
    ListKeys, PsaGenerateKey, PsaGenerateRandom, PsaHashCompute, PsaHashSetup, StreamUpdate,
};
use parsec_contracts::types::{
    Algorithm, ErrorDetail, Hash, KeyAttributes, KeyPolicy, KeyType, UsageFlags,
};
use parsec_contracts::{Body as _, Operation, Status};
use support::keys::raw_key;
use support::{Scratch, Wire, request};

/// The service with these lines in `[limits]`.
fn limited(lines: &str) -> Scratch {
    Scratch::serving("[[key_manager]]", &format!("{lines}\n\n[[key_manager]]"))
}

/// Calls with the extension flag: the status, and what the detail says.
fn call<O: Operation>(wire: &mut Wire, app: &str, operation: O) -> (Status, ErrorDetail) {
    let mut bytes = request(app, operation);
    bytes[8] = 1;
    wire.send(&bytes);
    let (header, body) = wire.receive().expect("a reply");
    let status = Status::from_number(header.status).expect("a known status");
    let detail = match status {
        Status::Success => ErrorDetail::default(),
        _ => ErrorDetail::decode(&body).expect("a detail"),
    };
    (status, detail)
}

fn random(size: u64) -> PsaGenerateRandom {
    PsaGenerateRandom { size }
}

#[test]
fn requests_a_second_are_counted_for_each_client_and_the_detail_says_when_to_try_again() {
    let scratch = limited("[limits.each]\nrequests_per_second = 5");
    let mut wire = scratch.wire();
    for _ in 0..5 {
        assert_eq!(call(&mut wire, "web", random(1)).0, Status::Success);
    }
    let (status, detail) = call(&mut wire, "web", random(1));
    assert_eq!(status, Status::TooManyRequests);
    assert!((1..=200).contains(&detail.retry_after_ms), "{detail:?}");
    assert!(detail.message.contains("5 requests a second"), "{detail:?}");
    // A client of the published protocol is told what it knows.
    assert_eq!(
        wire.call("web", random(1)),
        Status::PsaErrorInsufficientMemory
    );
    let mut other = scratch.wire();
    assert_eq!(call(&mut other, "mail", random(1)).0, Status::Success);
    thread::sleep(Duration::from_millis(detail.retry_after_ms + 50));
    assert_eq!(call(&mut wire, "web", random(1)).0, Status::Success);
}

#[test]
fn who_is_not_whom_they_say_is_limited_as_well() {
    let scratch = limited("[limits.each]\nrequests_per_second = 5");
    let mut frame = request("web", random(1));
    let end = frame.len();
    frame[8] = 1;
    frame[end - 3..].fill(0xff);
    let status = || {
        let mut wire = scratch.wire();
        wire.send(&frame);
        wire.status()
    };
    // Who waited for the service to start has asked already, as the same user.
    let told: Vec<Status> = (0..6).map(|_| status()).collect();
    assert!(told.contains(&Status::TooManyRequests), "{told:?}");
    let others = [Status::AuthenticationError, Status::TooManyRequests];
    assert!(
        told.iter().all(|status| others.contains(status)),
        "{told:?}"
    );
    let mut other = scratch.wire();
    assert_eq!(call(&mut other, "mail", random(1)).0, Status::Success);
}

#[test]
fn bytes_of_a_request_and_an_exception_for_one_client() {
    let scratch = limited(
        "[limits.each]\nrequest_bytes = 1000\n\n[[limits.exception]]\nclient = \
         \"backup\"\nlimits = { request_bytes = 100000 }",
    );
    let mut wire = scratch.wire();
    let hash = |length: usize| PsaHashCompute {
        alg: Hash::Sha256,
        input: vec![0; length],
    };
    assert_eq!(call(&mut wire, "web", hash(900)).0, Status::Success);
    let (status, detail) = call(&mut wire, "web", hash(1100));
    assert_eq!(status, Status::BodySizeExceedsLimit);
    assert!(detail.message.contains("1000 bytes"), "{detail:?}");
    assert_eq!(call(&mut wire, "backup", hash(1100)).0, Status::Success);
}

#[test]
fn keys_are_counted_for_each_client_and_in_total() {
    let scratch = limited("[limits.each]\nkeys = 2\n\n[limits.total]\nkeys = 3");
    let mut wire = scratch.wire();
    for name in ["a", "b"] {
        assert_eq!(call(&mut wire, "web", raw_key(name)).0, Status::Success);
    }
    let (status, detail) = call(&mut wire, "web", raw_key("c"));
    assert_eq!(status, Status::QuotaExceeded);
    assert!(
        detail.message.contains("this client may have 2 keys"),
        "{detail:?}"
    );
    assert_eq!(call(&mut wire, "mail", raw_key("a")).0, Status::Success);
    let (status, detail) = call(&mut wire, "mail", raw_key("b"));
    assert_eq!(status, Status::QuotaExceeded);
    assert!(
        detail.message.contains("all clients together"),
        "{detail:?}"
    );
    assert_eq!(wire.output("mail", ListKeys {}).keys.len(), 1);
}

#[test]
fn of_keys_that_are_made_at_once_as_many_are_made_as_the_limit_says() {
    let scratch = limited("[limits.each]\nkeys = 6");
    for (app, wanted, refused) in [("web", 6, 0), ("mail", 7, 1)] {
        let statuses: Vec<Status> = thread::scope(|scope| {
            let make = |number: usize| {
                let mut wire = scratch.wire();
                scope.spawn(move || call(&mut wire, app, raw_key(&number.to_string())).0)
            };
            let threads: Vec<_> = (0..wanted).map(make).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("no call panics"))
                .collect()
        });
        let count = |status| statuses.iter().filter(|one| **one == status).count();
        assert_eq!(count(Status::Success), 6, "{statuses:?}");
        assert_eq!(count(Status::QuotaExceeded), refused, "{statuses:?}");
        assert_eq!(scratch.wire().output(app, ListKeys {}).keys.len(), 6);
    }
}

#[test]
fn connections_and_streams_and_their_memory() {
    let scratch = limited("[limits.each]\nconnections = 2\nstreams = 2\nstream_bytes = 20000");
    let mut wires: Vec<Wire> = (0..3).map(|_| scratch.wire()).collect();
    for wire in &mut wires[..2] {
        assert_eq!(call(wire, "web", random(1)).0, Status::Success);
    }
    let (status, detail) = call(&mut wires[2], "web", random(1));
    assert_eq!(status, Status::TooManyRequests);
    assert!(detail.message.contains("2 connections"), "{detail:?}");
    assert_eq!(call(&mut wires[2], "mail", random(1)).0, Status::Success);
    let begin = PsaHashSetup { alg: Hash::Sha256 };
    let stream = wires[0].output("web", begin.clone()).stream;
    assert_eq!(wires[1].call("web", begin.clone()), Status::Success);
    assert_eq!(call(&mut wires[0], "web", begin).0, Status::QuotaExceeded);
    let update = |length: usize| StreamUpdate {
        stream,
        input: vec![0_u8; length].into(),
    };
    assert_eq!(call(&mut wires[0], "web", update(5000)).0, Status::Success);
    let (status, detail) = call(&mut wires[0], "web", update(50_000));
    assert_eq!(status, Status::QuotaExceeded);
    assert!(detail.message.contains("smaller"), "{detail:?}");
    // The stream is none the worse for it.
    assert_eq!(call(&mut wires[0], "web", update(5000)).0, Status::Success);
    // A connection that goes makes room for another.
    drop(wires.remove(1));
    thread::sleep(Duration::from_millis(200));
    assert_eq!(call(&mut wires[1], "web", random(1)).0, Status::Success);
}

#[test]
fn requests_in_flight_are_counted_over_all_connections_of_a_client() {
    let scratch = limited("[limits.each]\nrequests_in_flight = 1");
    let (mut busy, mut second, mut other) = (scratch.wire(), scratch.wire(), scratch.wire());
    // Large primes take their time. Where the other request is there first all the same, this one is
    // refused, and it is their turn again.
    let slow = |attempt: usize| PsaGenerateKey {
        key_name: format!("slow-{attempt}"),
        attributes: KeyAttributes {
            key_type: KeyType::RsaKeyPair,
            key_bits: 4096,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags::default(),
                key_algorithm: Algorithm::None,
            },
        },
    };
    let detail = (0..20).find_map(|attempt| {
        busy.send(&request("web", slow(attempt)));
        thread::sleep(Duration::from_millis(50));
        match call(&mut second, "web", random(1)) {
            (Status::TooManyRequests, detail) => Some(detail),
            (status, _) => {
                assert_eq!(status, Status::Success);
                busy.status();
                None
            }
        }
    });
    let detail = detail.expect("one of them is refused");
    assert!(
        detail.message.contains("1 requests under way") && detail.retry_after_ms > 0,
        "{detail:?}"
    );
    assert_eq!(call(&mut other, "mail", random(1)).0, Status::Success);
    assert_eq!(busy.status(), Status::Success);
    assert_eq!(call(&mut second, "web", random(1)).0, Status::Success);
}

#[test]
fn limits_and_policy_change_with_a_reload_and_connections_stay() {
    let scratch = limited("[limits.each]\nrequest_bytes = 1000");
    let mut wire = scratch.wire();
    let hash = |length: usize| PsaHashCompute {
        alg: Hash::Sha256,
        input: vec![0; length],
    };
    assert_eq!(call(&mut wire, "web", hash(900)).0, Status::Success);
    let lines = "[limits.each]\nrequest_bytes = 100\n\n[[policy.deny]]\noperations = \
                 [\"random\"]\n\n[[key_manager]]";
    scratch.write(
        "config.toml",
        &support::CONFIG.replace("[[key_manager]]", lines),
    );
    scratch.signal(rustix::process::Signal::HUP);
    let start = Instant::now();
    while call(&mut wire, "web", hash(900)).0 != Status::BodySizeExceedsLimit {
        assert!(start.elapsed() < support::PATIENCE, "{}", scratch.log());
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(call(&mut wire, "web", hash(50)).0, Status::Success);
    assert_eq!(call(&mut wire, "web", random(1)).0, Status::PolicyRefused);
}

/// As fast as the limits of the flood's test let a client go, and a little slower.
const PACE: Duration = Duration::from_millis(22);

/// The 99th percentile of `count` calls of a client that keeps within its limits.
fn p99(wire: &mut Wire, count: usize) -> Duration {
    let mut times: Vec<Duration> = (0..count)
        .map(|_| {
            let start = Instant::now();
            assert_eq!(wire.call("victim", random(30_000)), Status::Success);
            let took = start.elapsed();
            thread::sleep(PACE.saturating_sub(took));
            took
        })
        .collect();
    times.sort();
    times[count * 99 / 100 - 1]
}

/// What became of a flood.
#[derive(Debug, Default)]
struct Flood {
    is_up: AtomicBool,
    served: AtomicU64,
    refused: AtomicU64,
}

impl Flood {
    /// Many connections that send as fast as they are answered, while the flag is up.
    fn begin(scratch: &Scratch) -> Arc<Self> {
        let flood = Arc::<Self>::default();
        for _ in 0..16 {
            let (mut wire, flood) = (scratch.wire(), Arc::clone(&flood));
            thread::spawn(move || {
                let bytes = request("flooder", random(30_000));
                loop {
                    if !flood.is_up.load(Ordering::Acquire) {
                        thread::sleep(Duration::from_millis(5));
                        continue;
                    }
                    // The test may be over.
                    let Ok(()) = std::io::Write::write_all(&mut wire.stream, &bytes) else {
                        return;
                    };
                    let Ok((header, _)) = wire.receive() else {
                        return;
                    };
                    let count = if header.status == 0 {
                        &flood.served
                    } else {
                        &flood.refused
                    };
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        flood
    }
}

#[test]
fn one_client_floods_and_anothers_p99_stays_within_twice_its_quiet_value() {
    let scratch = limited(
        "[audit]\nto = \"file\"\n\n[limits.each]\nrequests_per_second = 50\nrequests_in_flight = 1",
    );
    let mut victim = scratch.wire();
    let flood = Flood::begin(&scratch);
    p99(&mut victim, 100);
    // Quiet and flooded rounds take turns, and of each the best counts: whatever else the machine
    // does only adds to them.
    let rounds: Vec<(Duration, Duration)> = (0..7)
        .map(|_| {
            let quiet = p99(&mut victim, 100);
            flood.is_up.store(true, Ordering::Release);
            thread::sleep(Duration::from_millis(50));
            let flooded = p99(&mut victim, 100);
            flood.is_up.store(false, Ordering::Release);
            thread::sleep(Duration::from_millis(150));
            (quiet, flooded)
        })
        .collect();
    let quiet = rounds.iter().map(|round| round.0).min().expect("rounds");
    let flooded = rounds.iter().map(|round| round.1).min().expect("rounds");
    let ratio = flooded.as_secs_f64() / quiet.as_secs_f64();
    println!("p99 quiet {quiet:?}, flooded {flooded:?}: {ratio:.2} times; {flood:?}; {rounds:?}");
    let refused = flood.refused.load(Ordering::Relaxed);
    assert!(refused > 500, "that was no flood: {flood:?}");
    assert!(ratio <= 2.0, "flooded {flooded:?}, quiet {quiet:?}");
}
