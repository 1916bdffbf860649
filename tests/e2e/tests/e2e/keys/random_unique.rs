//! Random bytes do not repeat over many concurrent connections.

use std::thread;

use parsec_contracts::frame::flags;
use parsec_contracts::operations::PsaGenerateRandom;
use parsec_harness::{Auth, Service, is_extended};

const CONNECTIONS: usize = 64;
const SIZE: usize = 16 * 1024;
const BLOCK: usize = 16;

#[test]
fn random_bytes_never_repeat_across_connections() {
    // Two million blocks in total in the extended tests.
    let draws = if is_extended() { 32 } else { 8 };
    let service = Service::start();
    let drawn: Vec<Vec<u8>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let mut wire = service.wire();
                    let mut drawn = Vec::new();
                    for _ in 0..draws {
                        let operation = PsaGenerateRandom { size: SIZE as u64 };
                        let reply = wire
                            .call(1, &Auth::None, flags::EXTENSIONS, operation)
                            .expect("a reply");
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
    let mut blocks: Vec<u128> = drawn
        .iter()
        .flat_map(|bytes| bytes.as_chunks::<BLOCK>().0)
        .map(|block| u128::from_le_bytes(*block))
        .collect();
    assert_eq!(blocks.len(), CONNECTIONS * draws * SIZE / BLOCK);
    blocks.sort_unstable();
    let repeated = blocks.windows(2).filter(|two| two[0] == two[1]).count();
    assert_eq!(repeated, 0, "blocks of {BLOCK} bytes came twice");
}
