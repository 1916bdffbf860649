//! The cost of a request: its charge against the rate limit, and the lane it waits in.

use parsec_contracts::Operation;
use parsec_contracts::types::{KeyAttributes, KeyType};

use crate::workers::Lane;

/// Random bytes, and iterations of a slow function, that count as one item.
const RANDOM_BYTES: u64 = 1024;
const ITERATIONS: u64 = 10_000;
/// The maximum number of iterations in one request; providers refuse more.
const MOST_ITERATIONS: u64 = 20_000_000;
/// The minimum length of one block of a derivation.
const BLOCK: u64 = 32;

/// The cost of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Work {
    /// Its charge, in requests.
    pub(crate) items: u64,
    pub(crate) lane: Lane,
}

impl Work {
    /// The cost of an ordinary request.
    pub(crate) const ONE: Self = Self {
        items: 1,
        lane: Lane::Quick,
    };

    /// The cost of a request with this body, whose response may have `longest` bytes. A request that will
    /// be refused has no extra cost.
    pub(crate) fn of<O: Operation>(body: &[u8], longest: usize) -> Self {
        match O::decode(body) {
            Ok(input) if input.response_length() <= longest as u64 && input.check().is_ok() => {
                Self::of_input(&input)
            }
            _ => Self::ONE,
        }
    }

    fn of_input(input: &impl Operation) -> Self {
        let iterations = input.iterations().saturating_mul(blocks(input));
        let iterations = iterations.min(MOST_ITERATIONS);
        let random = match input.iterations() {
            0 => input.response_length() / RANDOM_BYTES,
            _ => 0,
        };
        let items = input
            .items()
            .max(1)
            .saturating_add(random)
            .saturating_add(iterations / ITERATIONS);
        let is_long = items > 1 || input.new_key().is_some_and(takes_long);
        Self {
            items,
            lane: if is_long { Lane::Long } else { Lane::Quick },
        }
    }
}

/// The blocks of output, each of which takes all iterations.
fn blocks(input: &impl Operation) -> u64 {
    let bits = input.new_key().map_or(0, |key| key.key_bits.into());
    input.response_length().max(bits / 8).div_ceil(BLOCK).max(1)
}

/// Whether generating or checking such a key takes long.
fn takes_long(attributes: &KeyAttributes) -> bool {
    matches!(
        attributes.key_type,
        KeyType::RsaKeyPair | KeyType::DhKeyPair { .. }
    )
}

#[cfg(test)]
mod tests {
    use parsec_contracts::Body as _;
    use parsec_contracts::operations::{DeriveBytes, PsaGenerateRandom, SignHashes, VerifyHashes};
    use parsec_contracts::types::{
        AsymmetricSignature, DerivationInputs, Hash, KeyDerivation, SignHash,
    };

    use super::*;

    const LONGEST: usize = 1 << 20;

    fn ecdsa() -> AsymmetricSignature {
        AsymmetricSignature::Ecdsa {
            hash_alg: SignHash::Specific(Hash::Sha256),
        }
    }

    #[test]
    fn charges_a_batch_by_its_items() {
        let batch = |count: usize| {
            let input = SignHashes {
                key_name: "k".to_owned(),
                alg: ecdsa(),
                hashes: vec![vec![0; 32]; count],
            };
            Work::of::<SignHashes>(&input.encode(), LONGEST)
        };
        assert_eq!(batch(0), Work::ONE);
        assert_eq!(batch(1), Work::ONE);
        assert_eq!((batch(7).items, batch(7).lane), (7, Lane::Long));
        let verify = VerifyHashes {
            key_name: "k".to_owned(),
            alg: ecdsa(),
            hashes: vec![vec![0; 32]; 9],
            signatures: Vec::new(),
        };
        assert_eq!(Work::of::<VerifyHashes>(&verify.encode(), LONGEST).items, 9);
    }

    #[test]
    fn charges_random_bytes_by_their_number() {
        let random = |size| {
            let input = PsaGenerateRandom { size };
            Work::of::<PsaGenerateRandom>(&input.encode(), LONGEST)
        };
        assert_eq!(random(32), Work::ONE);
        assert_eq!(random(1 << 20).items, 1 + 1024);
        assert_eq!(random(1 << 20).lane, Lane::Long);
    }

    #[test]
    fn charges_refused_requests_once() {
        assert_eq!(Work::of::<SignHashes>(&[0xff], LONGEST), Work::ONE);
        let too_long = PsaGenerateRandom { size: u64::MAX };
        let work = Work::of::<PsaGenerateRandom>(&too_long.encode(), LONGEST);
        assert_eq!(work, Work::ONE);
        let too_many = SignHashes {
            key_name: "k".to_owned(),
            alg: ecdsa(),
            hashes: vec![vec![0; 32]; 1025],
        };
        assert_eq!(
            Work::of::<SignHashes>(&too_many.encode(), LONGEST),
            Work::ONE
        );
    }

    #[test]
    fn charges_a_derivation_by_iterations_and_length() {
        let derive = |cost, length| {
            let inputs = DerivationInputs {
                cost,
                ..DerivationInputs::default()
            };
            let input = DeriveBytes {
                alg: KeyDerivation::Pbkdf2Hmac {
                    hash_alg: Hash::Sha256,
                },
                inputs,
                length,
            };
            Work::of::<DeriveBytes>(&input.encode(), LONGEST)
        };
        assert_eq!(derive(1000, 32), Work::ONE);
        assert_eq!(derive(600_000, 32).items, 1 + 60);
        assert_eq!(derive(600_000, 64).items, 1 + 120);
        assert_eq!(derive(u64::MAX, 64).items, 1 + 2000);
        assert_eq!(derive(600_000, 32).lane, Lane::Long);
    }
}
