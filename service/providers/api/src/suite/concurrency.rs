//! Concurrent callers with many keys get correct results.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use parsec_contracts::types::KeyType;
use parsec_contracts::{Opcode, Status};

use super::rig::{TestKey, ensure, refused};
use super::specs::{ECDSA, PKCS1V15, SECP_R1, signing};
use super::{Case, Rig, Stop, vectors};

/// More keys than any provider caches.
const KEYS: usize = 40;
const THREADS: usize = 8;
const ROUNDS: usize = 25;

pub(super) const CASES: &[Case] = &[
    Case::new(
        "concurrent_operations_use_the_right_keys",
        &[
            Opcode::PsaGenerateKey,
            Opcode::PsaSignHash,
            Opcode::PsaVerifyHash,
        ],
        not_mixed_up,
    ),
    Case::new(
        "keys_are_generated_and_destroyed_while_others_sign",
        &[
            Opcode::PsaGenerateKey,
            Opcode::PsaSignHash,
            Opcode::PsaVerifyHash,
        ],
        come_and_go,
    ),
];

fn in_threads(work: impl Fn(usize) -> Result<(), Stop> + Sync) -> Result<(), Stop> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                let work = &work;
                scope.spawn(move || work(number))
            })
            .collect();
        threads
            .into_iter()
            .try_for_each(|t| t.join().map_err(|_| Stop::Fail("a call panics".into()))?)
    })
}

fn hash_of(number: usize) -> Vec<u8> {
    let mut hash = vectors::bytes(vectors::SAMPLE_SHA_256);
    hash[..8].copy_from_slice(&(number as u64).to_le_bytes());
    hash
}

fn not_mixed_up(rig: &Rig) -> Result<(), Stop> {
    let keys = (0..KEYS)
        .map(|_| rig.generate(&signing(SECP_R1, 256, ECDSA)))
        .collect::<Result<Vec<TestKey<'_>>, Stop>>()?;
    let rounds = AtomicUsize::new(0);
    in_threads(|thread| {
        for round in 0..ROUNDS {
            // Threads use the keys in different orders, so that each evicts the others'.
            let at = (thread * 5 + round * 7) % KEYS;
            let hash = hash_of(thread * ROUNDS + round);
            let signature = keys[at].sign_hash(ECDSA, &hash)?;
            keys[at].verify_hash(ECDSA, &hash, &signature)?;
            refused(
                keys[(at + 1) % KEYS].verify_hash(ECDSA, &hash, &signature),
                Status::PsaErrorInvalidSignature,
                "the next key accepts this key's signature",
            )?;
            rounds.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    })?;
    ensure(
        rounds.into_inner() == THREADS * ROUNDS,
        "some rounds are missing",
    )
}

fn come_and_go(rig: &Rig) -> Result<(), Stop> {
    let steady = rig.generate(&signing(SECP_R1, 256, ECDSA))?;
    let rsa = signing(KeyType::RsaKeyPair, 1024, PKCS1V15);
    let has_rsa = rig.can(parsec_contracts::types::CheckType::Generate, &rsa)?;
    in_threads(|thread| {
        for round in 0..ROUNDS / 5 {
            let hash = hash_of(thread * ROUNDS + round);
            if thread == 0 && has_rsa {
                let key = rig.generate(&rsa)?;
                key.sign_and_verify(PKCS1V15, &hash)?;
            } else {
                let key = rig.generate(&signing(SECP_R1, 256, ECDSA))?;
                key.sign_and_verify(ECDSA, &hash)?;
            }
            steady.sign_and_verify(ECDSA, &hash)?;
        }
        Ok(())
    })
}
