//! A connection carries many requests, sequential or pipelined.

use std::net::Shutdown;
use std::thread;
use std::time::Duration;

use parsec_contracts::frame::flags;
use parsec_contracts::operations::{ListProviders, Ping, PsaGenerateRandom, PsaHashCompute};
use parsec_contracts::types::Hash;
use parsec_contracts::{Operation as _, Status};
use parsec_harness::{Auth, Service, request};

#[test]
fn responses_arrive_in_the_order_of_the_requests() {
    let service = Service::start();
    let mut wire = service.wire();
    // Slow requests, fast requests and failing requests; the length identifies each response.
    let mut bytes = Vec::new();
    for size in 0..200 {
        bytes.extend(request(
            1,
            &Auth::None,
            flags::EXTENSIONS,
            PsaGenerateRandom { size },
        ));
        bytes.extend(request(0, &Auth::None, flags::EXTENSIONS, Ping {}));
        let input = vec![0; 20_000];
        let alg = Hash::Sha512;
        bytes.extend(request(
            1,
            &Auth::me(),
            flags::EXTENSIONS,
            PsaHashCompute { alg, input },
        ));
        // To a provider that is not registered.
        bytes.extend(request(3, &Auth::None, flags::EXTENSIONS, Ping {}));
    }
    let stream = wire.stream().try_clone().expect("a second handle");
    let writer = thread::spawn(move || {
        use std::io::Write as _;
        (&stream).write_all(&bytes).expect("the service reads on");
    });
    for size in 0..200 {
        let random = wire.receive().expect("a reply");
        let output = random.output::<PsaGenerateRandom>().expect("a body");
        assert_eq!(output.random_bytes.len(), size);
        let pong = wire.receive().expect("a reply");
        pong.output::<Ping>().expect("a body");
        let hashed = wire.receive().expect("a reply");
        assert_eq!(
            hashed
                .output::<PsaHashCompute>()
                .expect("a body")
                .hash
                .len(),
            64
        );
        let refused = wire.receive().expect("a reply");
        assert_eq!(refused.status(), Status::ProviderNotRegistered);
    }
    writer.join().expect("all was written");
}

#[test]
fn a_refused_request_does_not_end_the_connection() {
    let service = Service::start();
    let mut wire = service.wire();
    for _ in 0..10 {
        let absent = wire
            .call(2, &Auth::None, flags::EXTENSIONS, Ping {})
            .expect("a reply");
        assert_eq!(absent.status(), Status::ProviderNotRegistered);
        let good = wire
            .call(0, &Auth::None, flags::EXTENSIONS, Ping {})
            .expect("a reply");
        assert_eq!(good.status(), Status::Success);
    }
}

#[test]
fn requests_are_answered_after_the_client_has_finished_sending() {
    let service = Service::start();
    let mut wire = service.wire();
    let mut bytes = Vec::new();
    for _ in 0..20 {
        bytes.extend(request(0, &Auth::None, flags::EXTENSIONS, ListProviders {}));
    }
    wire.send(&bytes).expect("the service reads");
    wire.stream()
        .shutdown(Shutdown::Write)
        .expect("half a close");
    for _ in 0..20 {
        let reply = wire.receive().expect("a reply");
        assert_eq!(reply.header.opcode, ListProviders::OPCODE.number());
        assert_eq!(reply.status(), Status::Success);
    }
    assert_eq!(wire.drain().expect("the service closes"), 0);
}

#[test]
fn a_connection_of_a_client_that_understands_extensions_is_kept_while_it_is_quiet() {
    let service = Service::start();
    let mut wire = service.wire();
    for pause in [0, 10, 100, 1000] {
        thread::sleep(Duration::from_millis(pause));
        let reply = wire
            .call(0, &Auth::None, flags::EXTENSIONS, Ping {})
            .expect("a reply");
        assert_eq!(reply.status(), Status::Success);
    }
}

#[test]
fn a_thousand_requests_go_over_one_connection() {
    let service = Service::start();
    let mut wire = service.wire();
    for _ in 0..1000 {
        let reply = wire
            .call(0, &Auth::None, flags::EXTENSIONS, Ping {})
            .expect("a reply");
        assert_eq!(reply.status(), Status::Success);
    }
}
