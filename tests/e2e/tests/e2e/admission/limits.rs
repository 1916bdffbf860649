//! A client that exceeds a limit receives an error, and other clients are not affected.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::operations::{
    ListKeys, PsaGenerateKey, PsaGenerateRandom, PsaHashCompute, PsaHashSetup, StreamUpdate,
};
use parsec_contracts::types::{
    Algorithm, ErrorDetail, Hash, KeyAttributes, KeyPolicy, KeyType, UsageFlags,
};
use parsec_contracts::{Operation, Status};
use parsec_harness::{Service, Wire, eventually, keys, request_of};

/// Starts the service with these lines in `[limits]`.
fn limited(lines: &str) -> Service {
    Service::direct_with("[[key_manager]]", &format!("{lines}\n\n[[key_manager]]"))
}

/// Calls with the extension flag; returns the status and the detail.
fn call<O: Operation>(wire: &mut Wire, app: &str, operation: O) -> (Status, ErrorDetail) {
    let reply = wire.ask_extended(app, operation);
    let detail = match reply.status() {
        Status::Success => ErrorDetail::default(),
        _ => reply.detail(),
    };
    (reply.status(), detail)
}

fn random(size: u64) -> PsaGenerateRandom {
    PsaGenerateRandom { size }
}

#[test]
fn the_request_rate_is_limited_per_client_with_a_retry_time() {
    let service = limited("[limits.each]\nrequests_per_second = 5");
    let mut wire = service.wire();
    let begun = Instant::now();
    let (served, detail) = until_refused(&mut wire);
    let earned = 5 * (begun.elapsed().as_secs() + 1);
    assert!((5..=5 + earned).contains(&served), "{served} were served");
    assert!((1..=200).contains(&detail.retry_after_ms), "{detail:?}");
    assert!(
        detail.message.contains("5 requests per second"),
        "{detail:?}"
    );
    // A client without the flag receives a published status.
    let mut plain = service.wire();
    let published = (0..)
        .map(|_| plain.ask("web", random(1)))
        .find(|status| *status != Status::Success);
    assert_eq!(published, Some(Status::PsaErrorInsufficientMemory));
    let mut other = service.wire();
    assert_eq!(call(&mut other, "mail", random(1)).0, Status::Success);
    let (_, detail) = until_refused(&mut wire);
    thread::sleep(Duration::from_millis(detail.retry_after_ms + 1));
    assert_eq!(call(&mut wire, "web", random(1)).0, Status::Success);
}

/// Sends requests until one exceeds the rate; returns how many were served before, and the detail.
fn until_refused(wire: &mut Wire) -> (u64, ErrorDetail) {
    let mut served = 0;
    loop {
        match call(wire, "web", random(1)) {
            (Status::TooManyRequests, detail) => return (served, detail),
            (status, _) => assert_eq!(status, Status::Success),
        }
        served += 1;
    }
}

#[test]
fn failed_authentication_counts_against_the_users_limit() {
    let service = limited("[limits.each]\nrequests_per_second = 5");
    let mut frame = request_of("web", random(1));
    let end = frame.len();
    frame[8] = 1;
    frame[end - 3..].fill(0xff);
    let status = || {
        let mut wire = service.wire();
        wire.send(&frame).unwrap();
        wire.status()
    };
    eventually("the user is refused", || match status() {
        Status::TooManyRequests => true,
        other => {
            assert_eq!(other, Status::AuthenticationError);
            false
        }
    });
    let mut other = service.wire();
    assert_eq!(call(&mut other, "mail", random(1)).0, Status::Success);
}

#[test]
fn request_size_is_limited_except_for_one_client() {
    let service = limited(
        "[limits.each]\nrequest_bytes = 1000\n\n[[limits.exception]]\nclient = \
         \"backup\"\nlimits = { request_bytes = 100000 }",
    );
    let mut wire = service.wire();
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
fn keys_are_limited_per_client_and_in_total() {
    let service = limited("[limits.each]\nkeys = 2\n\n[limits.total]\nkeys = 3");
    let mut wire = service.wire();
    for name in ["a", "b"] {
        assert_eq!(call(&mut wire, "web", keys::raw(name)).0, Status::Success);
    }
    let (status, detail) = call(&mut wire, "web", keys::raw("c"));
    assert_eq!(status, Status::QuotaExceeded);
    assert!(
        detail.message.contains("this client may have 2 keys"),
        "{detail:?}"
    );
    assert_eq!(call(&mut wire, "mail", keys::raw("a")).0, Status::Success);
    let (status, detail) = call(&mut wire, "mail", keys::raw("b"));
    assert_eq!(status, Status::QuotaExceeded);
    assert!(
        detail.message.contains("all clients together"),
        "{detail:?}"
    );
    assert_eq!(wire.output("mail", ListKeys {}).keys.len(), 1);
}

#[test]
fn concurrent_key_generation_does_not_exceed_the_limit() {
    let service = limited("[limits.each]\nkeys = 6");
    for (app, wanted, refused) in [("web", 6, 0), ("mail", 7, 1)] {
        let statuses: Vec<Status> = thread::scope(|scope| {
            let make = |number: usize| {
                let mut wire = service.wire();
                scope.spawn(move || call(&mut wire, app, keys::raw(&number.to_string())).0)
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
        assert_eq!(service.wire().output(app, ListKeys {}).keys.len(), 6);
    }
}

#[test]
fn connections_streams_and_stream_memory_are_limited() {
    let service = limited("[limits.each]\nconnections = 2\nstreams = 2\nstream_bytes = 20000");
    let mut wires: Vec<Wire> = (0..3).map(|_| service.wire()).collect();
    for wire in &mut wires[..2] {
        assert_eq!(call(wire, "web", random(1)).0, Status::Success);
    }
    let (status, detail) = call(&mut wires[2], "web", random(1));
    assert_eq!(status, Status::TooManyRequests);
    assert!(detail.message.contains("2 connections"), "{detail:?}");
    assert_eq!(call(&mut wires[2], "mail", random(1)).0, Status::Success);
    let begin = PsaHashSetup { alg: Hash::Sha256 };
    let stream = wires[0].output("web", begin.clone()).stream;
    assert_eq!(wires[1].ask("web", begin.clone()), Status::Success);
    assert_eq!(call(&mut wires[0], "web", begin).0, Status::QuotaExceeded);
    let update = |length: usize| StreamUpdate {
        stream,
        input: vec![0_u8; length].into(),
    };
    assert_eq!(call(&mut wires[0], "web", update(5000)).0, Status::Success);
    let (status, detail) = call(&mut wires[0], "web", update(50_000));
    assert_eq!(status, Status::QuotaExceeded);
    assert!(detail.message.contains("smaller"), "{detail:?}");
    // The stream is unaffected.
    assert_eq!(call(&mut wires[0], "web", update(5000)).0, Status::Success);
    // Closing a connection makes room for another.
    drop(wires.remove(1));
    eventually("there is room for another connection", || {
        call(&mut wires[1], "web", random(1)).0 == Status::Success
    });
}

#[test]
fn requests_in_flight_are_limited_over_all_connections_of_a_client() {
    let service = limited("[limits.each]\nrequests_in_flight = 1");
    let (mut busy, mut second, mut other) = (service.wire(), service.wire(), service.wire());
    // Generating large primes takes a varying time. If the other request is there first, this one
    // is refused, and both try again.
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
        busy.send(&request_of("web", slow(attempt))).unwrap();
        let refused = (0..200).find_map(|_| match call(&mut second, "web", random(1)) {
            (Status::TooManyRequests, detail) => Some(detail),
            (status, _) => {
                assert_eq!(status, Status::Success);
                None
            }
        });
        if refused.is_none() {
            busy.status();
        }
        refused
    });
    let detail = detail.expect("one of them is refused");
    assert!(
        detail.message.contains("1 requests in flight") && detail.retry_after_ms > 0,
        "{detail:?}"
    );
    assert_eq!(call(&mut other, "mail", random(1)).0, Status::Success);
    assert_eq!(busy.status(), Status::Success);
    assert_eq!(call(&mut second, "web", random(1)).0, Status::Success);
}

#[test]
fn a_reload_changes_limits_and_policy_and_keeps_connections() {
    let service = limited("[limits.each]\nrequest_bytes = 1000");
    let mut wire = service.wire();
    let hash = |length: usize| PsaHashCompute {
        alg: Hash::Sha256,
        input: vec![0; length],
    };
    assert_eq!(call(&mut wire, "web", hash(900)).0, Status::Success);
    let lines = "[limits.each]\nrequest_bytes = 100\n\n[[policy.deny]]\noperations = \
                 [\"random\"]\n\n[[key_manager]]";
    service.configure(&Service::direct_config().replace("[[key_manager]]", lines));
    service.reload("reloaded");
    let (status, _) = call(&mut wire, "web", hash(900));
    assert_eq!(status, Status::BodySizeExceedsLimit);
    assert_eq!(call(&mut wire, "web", hash(50)).0, Status::Success);
    assert_eq!(call(&mut wire, "web", random(1)).0, Status::PolicyRefused);
}

/// Result of a flood of requests.
#[derive(Debug, Default)]
struct Flood {
    served: AtomicU64,
    refused: AtomicU64,
}

impl Flood {
    /// Many connections that send requests as fast as they receive responses, until the service
    /// stops.
    fn begin(service: &Service) -> Arc<Self> {
        let flood = Arc::<Self>::default();
        for _ in 0..16 {
            let (mut wire, flood) = (service.wire(), Arc::clone(&flood));
            thread::spawn(move || {
                let bytes = request_of("flooder", random(30_000));
                while wire.send(&bytes).is_ok() {
                    let Ok(reply) = wire.receive() else {
                        return;
                    };
                    let count = if reply.header.status == 0 {
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

/// `parsec-bench-neighbours` measures how much the other client slows down.
#[test]
fn a_flooding_client_does_not_block_another() {
    let service = limited(
        "[audit]\nto = \"file\"\n\n[limits.each]\nrequests_per_second = 50\nrequests_in_flight = 1\n\n\
         [[limits.exception]]\nclient = \"victim\"\nlimits = { requests_per_second = 1000000 }",
    );
    let mut victim = service.wire();
    let flood = Flood::begin(&service);
    let mut served = 0;
    eventually("the flood is refused", || {
        assert_eq!(victim.ask("victim", random(30_000)), Status::Success);
        served += 1;
        flood.refused.load(Ordering::Relaxed) > 500 && served > 100
    });
    assert!(flood.served.load(Ordering::Relaxed) > 0, "{flood:?}");
}
