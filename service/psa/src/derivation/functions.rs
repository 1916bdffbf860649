//! The derivation functions: HKDF (RFC 5869), the PRF of TLS 1.2 (RFC 5246, 5), TLS 1.2 with a
//! pre-shared key (RFC 4279), and PBKDF2 (RFC 8018, 5.2).
//!
//! Each output is a stream: a longer output starts with the shorter ones.

use aes::Aes128;
use cmac::{Cmac, KeyInit as _, Mac as _};
use hkdf::Hkdf;
use hmac::Hmac;
use parsec_contracts::types::{Hash, KeyDerivation};
use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::ProviderError;

use super::inputs::Inputs;
use super::pbkdf2::pbkdf2;
use super::support::has;
use crate::hashing::with_hash;

/// The maximum number of PBKDF2 iterations, over all blocks of the output: a few seconds of one
/// core.
const MAX_ITERATIONS: u64 = 20_000_000;

/// A derivation function with its checked inputs.
pub(super) struct Function<'a> {
    alg: &'a KeyDerivation,
    secret: Secret,
    inputs: Inputs,
}

impl<'a> Function<'a> {
    /// Checks that the inputs are those that the function requires.
    pub(super) fn new(alg: &'a KeyDerivation, mut inputs: Inputs) -> Result<Self, ProviderError> {
        if !has(alg) {
            return Err(ProviderError::not_supported(format_args!("{alg}")));
        }
        inputs.expect_only(match alg {
            KeyDerivation::Hkdf { .. } => &["secret", "salt", "info"],
            KeyDerivation::HkdfExtract { .. } => &["secret", "salt"],
            KeyDerivation::HkdfExpand { .. } => &["secret", "info"],
            KeyDerivation::Tls12Prf { .. } => &["secret", "label", "seed"],
            KeyDerivation::Tls12PskToMs { .. } => &["secret", "other_secret", "label", "seed"],
            _ => &["secret", "salt", "cost"],
        })?;
        let secret = inputs.secret.take().ok_or_else(|| {
            ProviderError::invalid_argument("inputs.secret: required by the function")
        })?;
        Ok(Self {
            alg,
            secret,
            inputs,
        })
    }

    /// Returns the first `length` bytes of the output.
    pub(super) fn output(&self, length: usize) -> Result<Secret, ProviderError> {
        let mut out = Zeroizing::new(vec![0; length]);
        match self.alg {
            KeyDerivation::Hkdf { hash_alg } => with_hash!(*hash_alg, D => {
                let hkdf = Hkdf::<D>::new(self.salt(), self.secret.expose());
                hkdf.expand(&self.inputs.info, &mut out)
                    .map_err(|_| too_long(hash_alg.length() * 255))
            }),
            KeyDerivation::HkdfExtract { hash_alg } => with_hash!(*hash_alg, D => {
                let (key, _) = Hkdf::<D>::extract(self.salt(), self.secret.expose());
                let key = Secret::from(&key[..]);
                let part = key.expose().get(..length).ok_or_else(|| too_long(key.len()))?;
                out.copy_from_slice(part);
                Ok(())
            }),
            KeyDerivation::HkdfExpand { hash_alg } => with_hash!(*hash_alg, D => {
                let hkdf = Hkdf::<D>::from_prk(self.secret.expose()).map_err(|_| {
                    ProviderError::invalid_argument(format!(
                        "inputs.secret: a pseudo-random key has {} bytes at least",
                        hash_alg.length()
                    ))
                })?;
                hkdf.expand(&self.inputs.info, &mut out)
                    .map_err(|_| too_long(hash_alg.length() * 255))
            }),
            KeyDerivation::Tls12Prf { hash_alg } => {
                self.tls12(*hash_alg, self.secret.expose(), &mut out)
            }
            KeyDerivation::Tls12PskToMs { hash_alg } => {
                self.tls12(*hash_alg, self.premaster_secret()?.expose(), &mut out)
            }
            KeyDerivation::Pbkdf2Hmac { hash_alg } => {
                let rounds = self.rounds(length, hash_alg.length())?;
                with_hash!(*hash_alg, D => {
                    let keyed = Hmac::<D>::new_from_slice(self.secret.expose()).map_err(no_key)?;
                    pbkdf2(&keyed, self.needed_salt()?, rounds, &mut out)
                })
            }
            KeyDerivation::Pbkdf2AesCmacPrf128 => {
                let rounds = self.rounds(length, AES_BLOCK)?;
                let key = cmac_prf_key(self.secret.expose())?;
                let keyed = Cmac::<Aes128>::new_from_slice(key.expose()).map_err(no_key)?;
                pbkdf2(&keyed, self.needed_salt()?, rounds, &mut out)
            }
            other => Err(ProviderError::not_supported(format_args!("{other}"))),
        }?;
        Ok(Secret::from(out))
    }

    fn salt(&self) -> Option<&[u8]> {
        self.inputs.salt.as_ref().map(Secret::expose)
    }

    fn needed_salt(&self) -> Result<&[u8], ProviderError> {
        self.salt()
            .ok_or_else(|| ProviderError::invalid_argument("inputs.salt: required by PBKDF2"))
    }

    /// Returns the cost, if it is within the limit.
    fn rounds(&self, length: usize, block: usize) -> Result<u32, ProviderError> {
        let cost = self.inputs.cost;
        if cost == 0 {
            return Err(ProviderError::invalid_argument(
                "inputs.cost: required by PBKDF2: the number of iterations",
            ));
        }
        let blocks = length.div_ceil(block).max(1) as u64;
        u32::try_from(cost)
            .ok()
            .filter(|_| cost.saturating_mul(blocks) <= MAX_ITERATIONS)
            .ok_or_else(|| {
                ProviderError::invalid_argument(format!(
                    "inputs.cost: {cost} iterations for each of {blocks} blocks of output are too \
                     many; the maximum is {MAX_ITERATIONS} in total"
                ))
            })
    }

    fn tls12(&self, hash: Hash, secret: &[u8], out: &mut [u8]) -> Result<(), ProviderError> {
        let seed = [&self.inputs.label[..], &self.inputs.seed].concat();
        with_hash!(hash, D => {
            let keyed = Hmac::<D>::new_from_slice(secret).map_err(no_key)?;
            let mut a = seed.clone();
            for chunk in out.chunks_mut(hash.length()) {
                a = keyed.clone().chain_update(&a).finalize().into_bytes().to_vec();
                let block = keyed.clone().chain_update(&a).chain_update(&seed).finalize();
                let block = Zeroizing::new(block.into_bytes().to_vec());
                chunk.copy_from_slice(&block[..chunk.len()]);
            }
            Ok(())
        })
    }

    /// RFC 4279, 2: the other secret and the pre-shared key, each preceded by its length.
    fn premaster_secret(&self) -> Result<Secret, ProviderError> {
        let shared = self.secret.expose();
        let zeros = vec![0; shared.len()];
        let other = match &self.inputs.other_secret {
            Some(other) => other.expose(),
            None => &zeros,
        };
        let mut premaster = Zeroizing::new(Vec::with_capacity(4 + other.len() + shared.len()));
        for part in [other, shared] {
            let length = u16::try_from(part.len()).map_err(|_| {
                ProviderError::invalid_argument("inputs: a secret of TLS has at most 65535 bytes")
            })?;
            premaster.extend_from_slice(&length.to_be_bytes());
            premaster.extend_from_slice(part);
        }
        Ok(Secret::from(premaster))
    }
}

const AES_BLOCK: usize = 16;

/// RFC 4615, 3: a password that is not as long as a key is converted to a key.
fn cmac_prf_key(password: &[u8]) -> Result<Secret, ProviderError> {
    if password.len() == AES_BLOCK {
        return Ok(Secret::from(password));
    }
    let zero = Cmac::<Aes128>::new_from_slice(&[0; AES_BLOCK]).map_err(no_key)?;
    let key = zero.chain_update(password).finalize().into_bytes();
    Ok(Secret::from(&key[..]))
}

fn no_key(error: impl std::error::Error + Send + Sync + 'static) -> ProviderError {
    ProviderError::invalid_argument("inputs.secret: the length is not valid for the function")
        .with_source(error)
}

fn too_long(most: usize) -> ProviderError {
    ProviderError::invalid_argument(format!("the function returns at most {most} bytes"))
}
