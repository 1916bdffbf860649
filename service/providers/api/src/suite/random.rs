//! Random bytes have every length and do not repeat.

use std::collections::HashSet;
use std::thread;

use parsec_contracts::operations::PsaGenerateRandom;
use parsec_contracts::{Opcode, Status};

use super::rig::ensure;
use super::{Case, Rig, Stop, is_extended};
use crate::ProviderError;

const NEEDS: &[Opcode] = &[Opcode::PsaGenerateRandom];
const BLOCK: u64 = 32;
const THREADS: usize = 4;
/// The number of blocks that each thread draws, and in the extended tests: a TPM takes milliseconds
/// for a block.
const BLOCKS_EACH: [usize; 2] = [200, 1000];

pub(super) const CASES: &[Case] = &[
    Case::new("random_bytes_have_the_requested_length", NEEDS, lengths),
    Case::new("random_bytes_are_not_constant", NEEDS, not_constant),
    Case::new(
        "random_blocks_never_repeat_across_threads",
        NEEDS,
        no_repeats,
    ),
    Case::new(
        "impossible_amounts_of_random_bytes_are_rejected",
        NEEDS,
        too_many,
    ),
];

fn random(rig: &Rig, size: u64) -> Result<Vec<u8>, ProviderError> {
    let output = rig
        .provider()
        .psa_generate_random(&PsaGenerateRandom { size })?;
    Ok(output.random_bytes.expose().to_vec())
}

fn lengths(rig: &Rig) -> Result<(), Stop> {
    for size in [0, 1, 65, 4096] {
        let got = random(rig, size)?.len() as u64;
        ensure(
            got == size,
            format!("asked for {size} random bytes, got {got}"),
        )?;
    }
    Ok(())
}

/// Every byte value occurs, near the end as near the beginning, which catches a device that fills
/// only a part of a long response.
fn not_constant(rig: &Rig) -> Result<(), Stop> {
    let bytes = random(rig, 8192)?;
    for half in bytes.chunks(4096) {
        let values: HashSet<u8> = half.iter().copied().collect();
        // 4096 uniform draws miss more than 16 of 256 values with a probability of about 10^-50.
        ensure(
            values.len() >= 240,
            format!("only {} values in 4096 bytes", values.len()),
        )?;
    }
    Ok(())
}

fn no_repeats(rig: &Rig) -> Result<(), Stop> {
    let blocks_each = BLOCKS_EACH[usize::from(is_extended())];
    let drawn: Vec<Result<Vec<Vec<u8>>, ProviderError>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| scope.spawn(|| (0..blocks_each).map(|_| random(rig, BLOCK)).collect()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no draw panics"))
            .collect()
    });
    let mut seen = HashSet::new();
    for blocks in drawn {
        for block in blocks? {
            ensure(seen.insert(block), "two callers got the same random bytes")?;
        }
    }
    ensure(
        seen.len() == THREADS * blocks_each,
        "some draws are missing",
    )
}

fn too_many(rig: &Rig) -> Result<(), Stop> {
    match random(rig, u64::MAX) {
        Ok(bytes) => Err(Stop::Fail(format!(
            "got {} bytes instead of 2^64 - 1",
            bytes.len()
        ))),
        Err(error) => ensure(
            matches!(
                error.status(),
                Status::ResponseTooLarge | Status::PsaErrorInvalidArgument
            ),
            format!("is refused with {error}, which does not blame the size"),
        ),
    }
}
