//! Hashes match those of other implementations.

use parsec_contracts::operations::{PsaHashCompare, PsaHashCompute};
use parsec_contracts::types::Hash;
use parsec_contracts::{Opcode, Status};

use super::rig::{ensure, refused};
use super::vectors::{self, HASHES};
use super::{Case, Rig, Stop};

pub(super) const CASES: &[Case] = &[
    Case::new("hash_known_answers", &[Opcode::PsaHashCompute], known),
    Case::new("sha_2_is_complete", &[Opcode::PsaHashCompute], |rig| {
        all(
            rig,
            &[Hash::Sha224, Hash::Sha256, Hash::Sha384, Hash::Sha512],
        )
    }),
    Case::new("sha_3_is_complete", &[Opcode::PsaHashCompute], |rig| {
        all(
            rig,
            &[
                Hash::Sha3_224,
                Hash::Sha3_256,
                Hash::Sha3_384,
                Hash::Sha3_512,
            ],
        )
    }),
    Case::new(
        "hash_compare_rejects_wrong_hashes",
        &[Opcode::PsaHashCompare],
        compare,
    ),
];

/// The hash, or `None` if the provider does not support the hash function.
fn compute(rig: &Rig, alg: Hash, input: &[u8]) -> Result<Option<Vec<u8>>, Stop> {
    match rig.provider().psa_hash_compute(&PsaHashCompute {
        alg,
        input: input.to_vec(),
    }) {
        Ok(output) => Ok(Some(output.hash)),
        Err(error) if error.status() == Status::PsaErrorNotSupported => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn known(rig: &Rig) -> Result<(), Stop> {
    let long = vectors::thousand_bytes();
    let mut covered = 0;
    for (alg, answers) in HASHES {
        for (input, answer) in [b"".as_slice(), b"abc", &long].into_iter().zip(answers) {
            let Some(hash) = compute(rig, *alg, input)? else {
                continue;
            };
            let length = input.len();
            ensure(
                hash == vectors::bytes(answer),
                format!("{alg:?} of {length} bytes is wrong"),
            )?;
            covered += 1;
        }
    }
    ensure(covered > 0, "the provider has no hash function at all")
}

fn all(rig: &Rig, wanted: &[Hash]) -> Result<(), Stop> {
    for alg in wanted {
        let Some(hash) = compute(rig, *alg, b"abc")? else {
            return Err(Stop::Skip(format!("the provider has no {alg:?}")));
        };
        let known = HASHES.iter().find(|(known, _)| known == alg);
        let right = known.is_some_and(|(_, [_, answer, _])| hash == vectors::bytes(answer));
        ensure(right, format!("{alg:?} is wrong"))?;
    }
    Ok(())
}

fn compare(rig: &Rig) -> Result<(), Stop> {
    let mut covered = 0;
    for (alg, [_, answer, _]) in HASHES {
        let right = vectors::bytes(answer);
        let ask = |input: &[u8], hash: &[u8]| {
            rig.provider().psa_hash_compare(&PsaHashCompare {
                alg: *alg,
                input: input.to_vec(),
                hash: hash.to_vec(),
            })
        };
        match ask(b"abc", &right) {
            Ok(_) => covered += 1,
            Err(error) if error.status() == Status::PsaErrorNotSupported => continue,
            Err(error) => return Err(error.into()),
        }
        let what = format!("{alg:?}");
        refused(ask(b"abd", &right), Status::PsaErrorInvalidSignature, &what)?;
        for at in [0, right.len() - 1] {
            let mut wrong = right.clone();
            wrong[at] ^= 1;
            refused(ask(b"abc", &wrong), Status::PsaErrorInvalidSignature, &what)?;
        }
    }
    ensure(covered > 0, "the provider has no hash function at all")
}
