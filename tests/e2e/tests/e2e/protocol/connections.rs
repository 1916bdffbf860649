//! Lifetime and number of connections.

use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_contracts::operations::{
    ListKeys, ListOpcodes, Ping, PsaGenerateRandom, PsaHashCompute, PsaHashSetup, StreamFinish,
};
use parsec_contracts::types::Hash;
use parsec_harness::{Service, Wire, eventually, request_of};

#[test]
fn an_idle_connection_is_closed_and_a_busy_one_is_not() {
    let service = Service::direct_with("timeout = 3000", "timeout = 3000\nidle_timeout = 1000");
    let mut idle = service.wire();
    assert!(idle.answers());
    let mut busy = service.wire();
    // Requests keep a connection open for longer than the idle timeout.
    thread::scope(|scope| {
        let closed = scope.spawn(move || idle.is_closed());
        eventually("the idle connection is closed", || {
            assert!(busy.answers());
            closed.is_finished()
        });
        assert!(closed.join().unwrap());
    });
    assert!(busy.answers());
}

/// The maximum time that a client that reads to the end waits, shorter than the idle timeout.
const READS_TO_THE_END: Duration = Duration::from_secs(30);

/// Waits until a new connection of the published protocol is closed after its response.
fn close_published(service: &Service) {
    let mut wire = service.wire();
    let stream = wire.stream();
    stream.set_read_timeout(Some(READS_TO_THE_END)).unwrap();
    assert!(wire.answers());
    assert_eq!(wire.drain().expect("the service closes"), 0);
}

#[test]
fn connections_without_the_extension_flag_close_after_the_response() {
    let service = Service::start();
    close_published(&service);
    // The connection also closes after an error, and after the last of several requests.
    let mut wire = service.wire();
    wire.stream()
        .set_read_timeout(Some(READS_TO_THE_END))
        .unwrap();
    let requests = [
        request_of("", ListKeys {}),
        request_of("", Ping {}),
        request_of("", PsaGenerateRandom { size: 100_000 }),
    ];
    wire.send(&requests.concat()).unwrap();
    assert_eq!(wire.status(), Status::NotAuthenticated);
    for _ in 0..2 {
        assert_eq!(wire.status(), Status::Success);
    }
    assert_eq!(wire.drain().expect("the service closes"), 0);
}

#[test]
fn connections_with_the_extension_flag_or_a_stream_stay_open() {
    let service = Service::direct_with("close_after = 60000", "");
    let mut extended = service.wire();
    let pong = extended.ask_extended("", Ping {});
    assert_eq!(pong.status(), Status::Success);
    let mut both = service.wire();
    let pong = both.ask_extended("", Ping {});
    assert_eq!(pong.status(), Status::Success);
    assert!(both.answers());
    let mut streams = service.wire();
    let begin = PsaHashSetup { alg: Hash::Sha256 };
    let stream = streams.output("web", begin).stream;
    let mut quiet = service.wire();
    close_published(&service);
    assert!(extended.answers() && both.answers() && quiet.answers());
    let finished = streams.output("web", StreamFinish { stream });
    assert_eq!(finished.output.expose().len(), 32);
    // No stream depends on the connection any more.
    assert!(streams.is_closed());
}

#[test]
fn close_after_is_configurable() {
    let service = Service::direct_with("close_after = 60000", "close_after = 60000");
    let mut patient = service.wire();
    assert!(patient.answers());
    close_published(&Service::start());
    assert!(patient.answers());
}

#[test]
fn the_deadline_is_counted_from_the_first_byte() {
    const TIMEOUT: Duration = Duration::from_millis(400);
    let service = Service::direct_with("timeout = 3000", "timeout = 400");
    let mut drip = service.wire();
    let mut writer = Wire::new(drip.stream().try_clone().unwrap()).unwrap();
    // More bytes than arrive within the test's timeout.
    let hash = PsaHashCompute {
        alg: Hash::Sha256,
        input: vec![0; 200_000],
    };
    let mut bytes = request_of("web", hash).into_iter();
    let start = Instant::now();
    thread::scope(|scope| {
        let refused = scope.spawn(move || {
            assert_eq!(drip.status(), Status::ConnectionError);
            assert!(drip.is_closed());
        });
        eventually("the slow request is refused", || {
            // The service may have closed the connection already.
            let _ = writer.send(&[bytes.next().unwrap()]);
            refused.is_finished()
        });
    });
    assert!(start.elapsed() >= TIMEOUT);
    // A pause between two requests is not a slow request.
    let mut patient = service.wire();
    assert!(patient.answers());
    thread::sleep(TIMEOUT * 2);
    assert!(patient.answers());
}

#[test]
fn a_refusal_after_the_frame_was_read_leaves_the_connection_open() {
    let service = Service::direct();
    let mut wire = service.wire();
    assert_eq!(wire.ask("", ListKeys {}), Status::NotAuthenticated);
    let mut unknown = request_of("", Ping {});
    unknown[28] = 0xf0;
    unknown[29] = 0xff;
    wire.send(&unknown).unwrap();
    assert_eq!(wire.status(), Status::OpcodeDoesNotExist);
    let mut rubbish = request_of("web", PsaGenerateRandom { size: 1 });
    rubbish[36] = 0xff;
    wire.send(&rubbish).unwrap();
    assert_eq!(wire.status(), Status::DeserializingBodyFailed);
    assert!(wire.answers());
}

#[test]
fn requests_in_one_write_are_answered_in_order() {
    let service = Service::direct();
    let mut wire = service.wire();
    let mut bytes = Vec::new();
    for size in 0..100 {
        bytes.extend(request_of("web", PsaGenerateRandom { size }));
    }
    wire.send(&bytes).unwrap();
    for size in 0..100_usize {
        let body = wire.receive().unwrap().body;
        // A tag byte and a length byte; nothing for no bytes.
        assert_eq!(body.len(), if size == 0 { 0 } else { size + 2 });
    }
}

/// Returns the response to a ping on a new connection, and the connection.
fn knock(service: &Service) -> (Wire, Status) {
    let mut wire = service.wire();
    wire.send(&request_of("", Ping {})).unwrap();
    let status = wire.status();
    (wire, status)
}

#[test]
fn a_refused_connection_receives_busy() {
    let service = Service::direct_with("timeout = 3000", "timeout = 3000\nmax_connections = 4");
    // The service frees a connection's slot a moment after the connection closes.
    let fill = |served: &mut Vec<Wire>| {
        // One slot in four is reserved for other users.
        eventually("there are three slots", || {
            if let (wire, Status::Success) = knock(&service) {
                served.push(wire);
            }
            served.len() == 3
        });
    };
    let mut served = Vec::new();
    fill(&mut served);
    for _ in 0..3 {
        let (mut wire, status) = knock(&service);
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
fn a_response_above_the_limit_is_refused_before_the_work() {
    let service = Service::direct_with(
        "allow_root = true",
        "allow_root = true\nbuffer_size_limit = 100",
    );
    let mut wire = service.wire();
    assert_eq!(
        wire.ask("", PsaGenerateRandom { size: 100 }),
        Status::Success
    );
    for size in [101, u64::from(u32::MAX), u64::MAX] {
        let refused = wire.ask("", PsaGenerateRandom { size });
        assert_eq!(refused, Status::ResponseTooLarge);
    }
}

#[test]
fn the_core_provider_lists_only_published_opcodes_without_the_flag() {
    let service = Service::direct();
    let mut wire = service.wire();
    let mut opcodes = wire.output("", ListOpcodes { provider_id: 0 }).opcodes;
    opcodes.sort_unstable();
    assert_eq!(opcodes, [0x1, 0x8, 0x9, 0xe, 0x1a]);
    let extended = wire.ask_extended("", ListOpcodes { provider_id: 0 });
    assert!(
        extended.body.len() > opcodes.len() + 2,
        "the administrators' operations as well"
    );
}
