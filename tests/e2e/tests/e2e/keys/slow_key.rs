//! Slow key generation delays no other request.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use parsec_contracts::Status;
use parsec_contracts::frame::flags;
use parsec_contracts::operations::Ping;
use parsec_harness::{Auth, Service, eventually, keys};
use rustix::process::Signal;

/// `parsec-bench-neighbours` measures the latency of a ping meanwhile.
#[test]
fn pings_are_answered_while_a_large_rsa_key_is_made() {
    let service = Service::start();
    let done = AtomicBool::new(false);
    let made = AtomicUsize::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut wire = service.wire();
            // By chance, a single key may be generated immediately.
            while !done.load(Ordering::Relaxed) {
                let name = format!("slow-{}", made.load(Ordering::Relaxed));
                let key = keys::generate(&name, keys::rsa(4096));
                let Ok(reply) = wire.call(1, &Auth::me(), flags::EXTENSIONS, key) else {
                    break;
                };
                assert_eq!(reply.status(), Status::Success);
                made.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut wire = service.wire();
        let mut pings = 0;
        // If pings waited for key generation, the number of keys would grow with every ping.
        eventually("fifty pings while keys are made", || {
            let before = made.load(Ordering::Relaxed);
            let reply = wire
                .call(0, &Auth::None, flags::EXTENSIONS, Ping {})
                .expect("a pong");
            assert_eq!(reply.status(), Status::Success);
            pings += usize::from(made.load(Ordering::Relaxed) == before);
            pings > 50
        });
        done.store(true, Ordering::Relaxed);
        // No test waits for the last key.
        service.signal(Signal::KILL);
    });
}
