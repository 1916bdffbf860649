#![forbid(unsafe_code)]
//! Random bytes never repeat, however many connections draw them at once.

use std::collections::HashSet;
use std::thread;

use parsec_contracts::operations::PsaGenerateRandom;
use parsec_harness::{Auth, Service};

const CONNECTIONS: usize = 64;
const DRAWS: usize = 64;
const SIZE: usize = 1024;
const BLOCK: usize = 16;

#[test]
fn no_two_connections_ever_see_the_same_random_bytes() {
    let service = Service::start();
    let drawn: Vec<Vec<u8>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let mut wire = service.wire();
                    let mut drawn = Vec::new();
                    for _ in 0..DRAWS {
                        let operation = PsaGenerateRandom { size: SIZE as u64 };
                        let reply = wire.call(1, &Auth::None, 0, operation).expect("a reply");
                        let output = reply.output::<PsaGenerateRandom>().expect("a body");
                        drawn.extend_from_slice(output.random_bytes.expose());
                    }
                    drawn
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no thread fails"))
            .collect()
    });
    let mut seen = HashSet::new();
    for block in drawn.iter().flat_map(|bytes| bytes.chunks_exact(BLOCK)) {
        assert!(seen.insert(block), "a block of {BLOCK} bytes came twice");
    }
    assert_eq!(seen.len(), CONNECTIONS * DRAWS * SIZE / BLOCK);
}
