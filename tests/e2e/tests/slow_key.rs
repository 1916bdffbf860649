#![forbid(unsafe_code)]
//! A key that takes long to make holds up nothing but itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_contracts::operations::Ping;
use parsec_harness::{Auth, Service, keys};

#[test]
fn generating_a_large_rsa_key_does_not_delay_a_ping() {
    let service = Service::start();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let start = Instant::now();
            let mut wire = service.wire();
            // One key may be found at once by luck.
            for number in 0.. {
                let key = keys::generate(&format!("slow-{number}"), keys::rsa(4096));
                let reply = wire.call(1, &Auth::me(), 0, key).expect("a reply");
                assert_eq!(reply.status(), Status::Success);
                if start.elapsed() > Duration::from_secs(2) {
                    break;
                }
            }
            done.store(true, Ordering::Relaxed);
        });
        let mut wire = service.wire();
        let mut pings = 0;
        while !done.load(Ordering::Relaxed) {
            let start = Instant::now();
            let reply = wire.call(0, &Auth::None, 0, Ping {}).expect("a pong");
            let took = start.elapsed();
            assert_eq!(reply.status(), Status::Success);
            assert!(took < Duration::from_millis(250), "a ping took {took:?}");
            pings += 1;
            thread::sleep(Duration::from_millis(5));
        }
        assert!(pings > 50, "only {pings} pings while keys were made");
    });
}
