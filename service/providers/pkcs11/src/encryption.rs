//! RSA encryption.

use std::sync::atomic::{AtomicU32, Ordering};

use cryptoki::error::Error;
use cryptoki::mechanism::rsa::{PkcsOaepParams, PkcsOaepSource};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::ObjectClass;
use parsec_contracts::Secret;
use parsec_contracts::types::{AsymmetricEncryption, Hash};
use parsec_provider::{KeyContext, ProviderError};
use parsec_provider_psa::{has_hash, number_length, oaep, padded};

use crate::abilities::Abilities;
use crate::engine::TokenEngine;
use crate::error::{failed, is_bad_ciphertext, is_of_mechanism};
use crate::mechanism;

/// The hash functions that the token has refused with OAEP: mechanism lists do not tell. SoftHSM
/// 2.6.1 takes SHA-1 alone.
#[derive(Debug, Default)]
pub(crate) struct Refused(AtomicU32);

impl Refused {
    fn bit(hash: Hash) -> u32 {
        let index = Hash::ALL.iter().position(|one| *one == hash);
        1 << (index.unwrap_or(0) % 32)
    }

    fn contains(&self, hash: Hash) -> bool {
        self.0.load(Ordering::Relaxed) & Self::bit(hash) != 0
    }

    fn add(&self, hash: Hash) {
        self.0.fetch_or(Self::bit(hash), Ordering::Relaxed);
    }
}

/// Whether the token has the algorithm, or has bare RSA, around which the padding is put here.
pub(crate) fn has(abilities: &Abilities, alg: &AsymmetricEncryption) -> bool {
    match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => abilities.has(MechanismType::RSA_PKCS, 0),
        AsymmetricEncryption::RsaOaep { hash_alg } => {
            (abilities.has(MechanismType::RSA_X_509, 0) && has_hash(*hash_alg))
                || (abilities.has(MechanismType::RSA_PKCS_OAEP, 0) && *hash_alg == Hash::Sha1)
        }
        _ => false,
    }
}

/// The token's own OAEP; `None` if it has refused it. Labels are never left to the token: SoftHSM
/// 2.6.1 takes them and ignores them, so that every label would decrypt.
fn own_oaep(engine: &TokenEngine, hash: Hash, label: &[u8]) -> Option<Mechanism<'static>> {
    let known = mechanism::hash(hash)?;
    let is_there = engine.abilities.has(MechanismType::RSA_PKCS_OAEP, 0);
    if !is_there || !label.is_empty() || engine.refused.contains(hash) {
        return None;
    }
    let parameters = PkcsOaepParams::new(known.mechanism, known.mgf, PkcsOaepSource::empty());
    Some(Mechanism::RsaPkcsOaep(parameters))
}

/// Encrypts to the public part.
pub(crate) fn encrypt(
    engine: &TokenEngine,
    key: &KeyContext,
    alg: &AsymmetricEncryption,
    plaintext: &[u8],
    label: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let run = |mechanism: &Mechanism<'_>, data: &[u8]| {
        engine
            .token
            .with_object(key, ObjectClass::PUBLIC_KEY, |session, handle| {
                session.encrypt(mechanism, handle, data)
            })
    };
    let length = number_length(key.attributes.key_bits);
    let result = match alg {
        AsymmetricEncryption::RsaOaep { hash_alg } => {
            let own = own_oaep(engine, *hash_alg, label)
                .map(|mechanism| run(&mechanism, plaintext))
                .transpose()?;
            match own {
                Some(result) if !is_refused(&result) => result,
                own => {
                    if own.is_some() {
                        engine.refused.add(*hash_alg);
                    }
                    let block = oaep::pad(*hash_alg, label, plaintext, length)?;
                    run(&Mechanism::RsaX509, block.expose())?
                }
            }
        }
        _ => run(&Mechanism::RsaPkcs, plaintext)?,
    };
    let ciphertext = result.map_err(failed("encrypting"))?;
    Ok(padded(&ciphertext, length))
}

/// Decrypts; every ciphertext that is none is refused in the same words.
pub(crate) fn decrypt(
    engine: &TokenEngine,
    key: &KeyContext,
    alg: &AsymmetricEncryption,
    ciphertext: &[u8],
    label: &[u8],
) -> Result<Secret, ProviderError> {
    let run = |mechanism: &Mechanism<'_>| {
        engine
            .token
            .with_object(key, ObjectClass::PRIVATE_KEY, |session, handle| {
                session
                    .decrypt(mechanism, handle, ciphertext)
                    .map(Secret::new)
            })
    };
    let length = number_length(key.attributes.key_bits);
    if ciphertext.len() != length {
        return Err(oaep::wrong_padding());
    }
    match alg {
        AsymmetricEncryption::RsaOaep { hash_alg } => {
            let own = own_oaep(engine, *hash_alg, label)
                .map(|mechanism| run(&mechanism))
                .transpose()?;
            match own {
                Some(result) if !is_refused(&result) => decrypted(result),
                own => {
                    if own.is_some() {
                        engine.refused.add(*hash_alg);
                    }
                    let block = decrypted(run(&Mechanism::RsaX509)?)?;
                    let block = Secret::new(padded(block.expose(), length));
                    oaep::unpad(*hash_alg, label, &block)
                }
            }
        }
        _ => decrypted(run(&Mechanism::RsaPkcs)?),
    }
}

fn is_refused<T>(result: &Result<T, Error>) -> bool {
    result.as_ref().is_err_and(is_of_mechanism)
}

fn decrypted(result: Result<Secret, Error>) -> Result<Secret, ProviderError> {
    result.map_err(|error| match is_bad_ciphertext(&error) {
        true => oaep::wrong_padding(),
        false => failed("decrypting")(error),
    })
}
