//! The capabilities of a provider: `can_do_crypto` and every operation check them here.

use parsec_contracts::policy;
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, CheckType, KeyAgreement, KeyAttributes, KeyType, SignHash,
    UsageFlags,
};
use parsec_provider::ProviderError;

use crate::derivation::support;
use crate::engine::Engine;
use crate::key_type::{describe, is_public};
use crate::{encryption, hashing, plain};

/// Serves `can_do_crypto`.
pub(crate) fn check(
    engine: &dyn Engine,
    check_type: CheckType,
    attributes: &KeyAttributes,
) -> Result<(), ProviderError> {
    match check_type {
        CheckType::Use => check_use(engine, attributes),
        CheckType::Generate => {
            check_generate_type(&attributes.key_type)?;
            // A size of 0 means any size.
            check_key(engine, attributes)?;
            check_use_if_any(engine, attributes)
        }
        CheckType::Import => {
            check_import(engine, attributes)?;
            check_use_if_any(engine, attributes)
        }
        CheckType::Derive => {
            let KeyAttributes {
                key_type, key_bits, ..
            } = attributes;
            if !support::can_derive(engine, key_type, *key_bits) {
                return Err(ProviderError::not_supported(format_args!(
                    "deriving {}",
                    describe(key_type)
                )));
            }
            check_use_if_any(engine, attributes)
        }
        #[allow(unreachable_patterns)] // The contracts may gain checks.
        _ => Err(ProviderError::not_supported("checks of that kind")),
    }
}

/// Whether keys of this type and size can be generated.
pub(crate) fn check_generate(
    engine: &dyn Engine,
    attributes: &KeyAttributes,
) -> Result<(), ProviderError> {
    let KeyAttributes {
        key_type, key_bits, ..
    } = attributes;
    check_generate_type(key_type)?;
    check_key(engine, attributes)?;
    if *key_bits == 0 {
        return Err(ProviderError::invalid_argument(format!(
            "key_bits is 0; set the size of the {}",
            describe(key_type)
        )));
    }
    Ok(())
}

fn check_generate_type(key_type: &KeyType) -> Result<(), ProviderError> {
    if is_public(key_type) {
        return Err(ProviderError::not_supported(
            "generating a public key without its private key; generate the key pair",
        ));
    }
    Ok(())
}

/// Checks that keys of this type and size can be imported; a size of 0 is determined later.
pub(crate) fn check_import(
    engine: &dyn Engine,
    attributes: &KeyAttributes,
) -> Result<(), ProviderError> {
    check_key(engine, attributes)?;
    let KeyAttributes {
        key_type, key_bits, ..
    } = attributes;
    if plain::is_plain(key_type) || engine.has_import(key_type, *key_bits) {
        return Ok(());
    }
    Err(ProviderError::not_supported(format_args!(
        "importing {} of {key_bits} bits: the device requires the public key with the private key, \
         and the service cannot compute it for the curve; generate the key in the device",
        describe(key_type)
    )))
}

/// Checks that keys of this type and size exist; a size of 0 means any size.
fn check_key(engine: &dyn Engine, attributes: &KeyAttributes) -> Result<(), ProviderError> {
    let KeyAttributes {
        key_type, key_bits, ..
    } = attributes;
    let has = match *key_bits {
        0 => has_type(engine, key_type),
        bits => has_size(engine, key_type, bits),
    };
    if !has {
        return Err(no_such_size(key_type, *key_bits));
    }
    check_length(engine, attributes)
}

/// Rejects symmetric keys that could never be used: devices accept keys of a size that the policy's
/// algorithm does not permit, and then refuse every use. Many require HMAC keys as long as the hash.
pub(crate) fn check_length(
    engine: &dyn Engine,
    attributes: &KeyAttributes,
) -> Result<(), ProviderError> {
    let KeyAttributes {
        key_type, key_bits, ..
    } = attributes;
    if *key_bits == 0 {
        return Ok(());
    }
    let secrets = engine.secrets();
    // An algorithm that the engine lacks in every size is refused at its use.
    let is_unusable = |has: &dyn Fn(u32) -> bool| has(0) && !has(*key_bits);
    let refused = match &attributes.key_policy.key_algorithm {
        Algorithm::Mac(alg) if *key_type == KeyType::Hmac => {
            !secrets.has_mac(key_type, *key_bits, alg)
        }
        Algorithm::Mac(alg) => is_unusable(&|bits| secrets.has_mac(key_type, bits, alg)),
        Algorithm::Cipher(alg) => is_unusable(&|bits| secrets.has_cipher(key_type, bits, *alg)),
        Algorithm::Aead(alg) => is_unusable(&|bits| secrets.has_aead(key_type, bits, alg)),
        _ => false,
    };
    if !refused {
        return Ok(());
    }
    let limits = match &attributes.key_policy.key_algorithm {
        Algorithm::Mac(alg) => secrets.mac_key_lengths(alg),
        _ => None,
    };
    let limits = match limits {
        None => String::new(),
        Some((least, 0)) => format!("; the token requires at least {least} bytes"),
        Some((least, most)) => format!("; the token requires {least} to {most} bytes"),
    };
    Err(ProviderError::not_supported(format_args!(
        "{} of {} bytes with the algorithm of their policy{limits}",
        describe(key_type),
        key_bits / 8
    )))
}

/// Whether keys of this type can sign or verify with the algorithm.
pub(crate) fn has_signature(
    engine: &dyn Engine,
    key_type: &KeyType,
    bits: u32,
    alg: &AsymmetricSignature,
) -> bool {
    let has_hash = match alg.sign_hash() {
        Some(SignHash::Specific(hash)) => hashing::has(hash),
        _ => true,
    };
    has_hash
        && policy::suits(key_type, &Algorithm::AsymmetricSignature(*alg))
        && engine.has_signature(key_type, bits, alg)
}

fn check_use_if_any(engine: &dyn Engine, attributes: &KeyAttributes) -> Result<(), ProviderError> {
    match attributes.key_policy.key_algorithm {
        Algorithm::None => Ok(()),
        _ => check_use(engine, attributes),
    }
}

/// Checks that such a key can be used for something that its policy permits.
fn check_use(engine: &dyn Engine, attributes: &KeyAttributes) -> Result<(), ProviderError> {
    check_key(engine, attributes)?;
    let key_type = &attributes.key_type;
    let flags = &attributes.key_policy.key_usage_flags;
    let algorithm = &attributes.key_policy.key_algorithm;
    let able = match algorithm {
        Algorithm::AsymmetricSignature(alg) => {
            permits_signatures(key_type, flags)
                && has_signature(engine, key_type, attributes.key_bits, alg)
        }
        Algorithm::Mac(alg) => {
            (flags.sign_message || flags.verify_message)
                && engine.secrets().has_mac(key_type, attributes.key_bits, alg)
        }
        Algorithm::Cipher(alg) => {
            (flags.encrypt || flags.decrypt)
                && engine
                    .secrets()
                    .has_cipher(key_type, attributes.key_bits, *alg)
        }
        Algorithm::Aead(alg) => {
            (flags.encrypt || flags.decrypt)
                && engine
                    .secrets()
                    .has_aead(key_type, attributes.key_bits, alg)
        }
        Algorithm::AsymmetricEncryption(alg) => {
            let decrypts = flags.decrypt && !is_public(key_type);
            (flags.encrypt || decrypts)
                && encryption::has(engine, key_type, attributes.key_bits, alg)
        }
        Algorithm::KeyDerivation(alg) => {
            flags.derive
                && policy::suits(key_type, algorithm)
                && engine.secrets().has_derivation(attributes)
                && support::has(alg)
        }
        Algorithm::KeyAgreement(alg) => {
            flags.derive
                && engine.has_agreement(key_type, attributes.key_bits, alg.raw())
                && match alg {
                    KeyAgreement::WithKeyDerivation { kdf_alg, .. } => support::has(kdf_alg),
                    _ => true,
                }
        }
        Algorithm::KeyWrap(_) => {
            (flags.encrypt || flags.decrypt)
                && engine.secrets().has_key_wrap(key_type, attributes.key_bits)
        }
        _ => false,
    };
    if able {
        return Ok(());
    }
    Err(ProviderError::not_supported(format_args!(
        "{} for {}",
        describe(key_type),
        attributes.key_policy.key_algorithm
    )))
}

fn permits_signatures(key_type: &KeyType, flags: &UsageFlags) -> bool {
    let signs = flags.sign_hash || flags.sign_message;
    let verifies = flags.verify_hash || flags.verify_message;
    verifies || (signs && !is_public(key_type))
}

fn has_type(engine: &dyn Engine, key_type: &KeyType) -> bool {
    engine.secrets().has_key_type(key_type) || engine.has_key_type(key_type)
}

fn has_size(engine: &dyn Engine, key_type: &KeyType, bits: u32) -> bool {
    if plain::is_plain(key_type) {
        engine.secrets().has_size(key_type, bits)
    } else {
        engine.has_size(key_type, bits)
    }
}

fn no_such_size(key_type: &KeyType, bits: u32) -> ProviderError {
    let what = describe(key_type);
    match bits {
        0 => ProviderError::not_supported(what),
        bits => ProviderError::not_supported(format_args!("{what} of {bits} bits")),
    }
}
