//! RSA encryption.

use cryptoki::error::Error;
use cryptoki::mechanism::rsa::{PkcsOaepParams, PkcsOaepSource};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::ObjectClass;
use parsec_contracts::Secret;
use parsec_contracts::types::{AsymmetricEncryption, Hash};
use parsec_provider::{KeyContext, ProviderError};
use parsec_psa::{has_hash, number_length, oaep, padded};

use crate::abilities::Abilities;
use crate::error::{failed, is_about_mechanism, is_bad_ciphertext};
use crate::mechanism;
use crate::token_engine::TokenEngine;

/// Whether the token supports the algorithm, or raw RSA, for which the padding is computed in
/// software.
pub(crate) fn has(abilities: &Abilities, alg: &AsymmetricEncryption) -> bool {
    match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => {
            abilities.decrypts_pkcs1v15 && abilities.has(MechanismType::RSA_PKCS, 0)
        }
        AsymmetricEncryption::RsaOaep { hash_alg } => {
            (abilities.has(MechanismType::RSA_X_509, 0) && has_hash(*hash_alg))
                || (abilities.has(MechanismType::RSA_PKCS_OAEP, 0) && *hash_alg == Hash::Sha1)
        }
        _ => false,
    }
}

/// The token's own OAEP; `None` if it failed before, or must not be used. Labels are always handled
/// in software: SoftHSM 2.6.1 accepts and ignores them, so that every label would decrypt.
fn own_oaep(engine: &TokenEngine, hash: Hash, label: &[u8]) -> Option<Mechanism<'static>> {
    let known = mechanism::hash(hash)?;
    let is_there = engine.abilities.has(MechanismType::RSA_PKCS_OAEP, 0);
    let is_refused = engine
        .refusals
        .contains(MechanismType::RSA_PKCS_OAEP, Some(hash));
    let has_bare = engine.abilities.has(MechanismType::RSA_X_509, 0);
    if !is_there || !label.is_empty() || is_refused || (has_bare && engine.pads_in_software()) {
        return None;
    }
    let parameters = PkcsOaepParams::new(known.mechanism, known.mgf, PkcsOaepSource::empty());
    Some(Mechanism::RsaPkcsOaep(parameters))
}

/// Decrypts. All invalid ciphertexts return the same error.
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
                        engine
                            .refusals
                            .add(MechanismType::RSA_PKCS_OAEP, Some(*hash_alg));
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
    result.as_ref().is_err_and(is_about_mechanism)
}

fn decrypted(result: Result<Secret, Error>) -> Result<Secret, ProviderError> {
    result.map_err(|error| match is_bad_ciphertext(&error) {
        true => oaep::wrong_padding(),
        false => failed("decrypting")(error),
    })
}
