//! What is put out, as a key.

use parsec_contracts::types::{KeyAttributes, KeyType};
use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::{CreatedKey, ProviderError};

use super::functions::Function;
use crate::engine::Engine;
use crate::keys::import_pair;
use crate::{capability, plain};

/// How often a number is drawn that should be below a curve's order. For the curves there are, the
/// odds of one that is not are one in four thousand millions at worst.
const ATTEMPTS: usize = 8;

/// Whether keys of this type and size can be derived.
pub(crate) fn can_derive(engine: &dyn Engine, key_type: &KeyType, bits: u32) -> bool {
    if plain::is_plain(key_type) {
        return engine.secrets().has_size(key_type, bits);
    }
    needs_function(key_type) && engine.has_size(key_type, bits) && engine.has_import(key_type, bits)
}

/// Whether a key of this type is more than bytes, so that it has to be derived by a function.
fn needs_function(key_type: &KeyType) -> bool {
    matches!(key_type, KeyType::EccKeyPair { .. })
}

/// Derives a key.
pub(super) fn output(
    engine: &dyn Engine,
    function: &Function<'_>,
    attributes: &KeyAttributes,
) -> Result<CreatedKey, ProviderError> {
    let KeyAttributes {
        key_type, key_bits, ..
    } = attributes;
    if !can_derive(engine, key_type, *key_bits) {
        return Err(ProviderError::not_supported(format_args!(
            "deriving {} of {key_bits} bits",
            capability::describe(key_type)
        )));
    }
    capability::check_mac(engine, attributes)?;
    let material = if plain::is_plain(key_type) {
        let bytes = function.output(key_bits.div_ceil(8) as usize)?;
        let key = plain::from_bytes(key_type, bytes);
        engine.secrets().import(attributes, key)?
    } else {
        number(engine, function, attributes)?
    };
    Ok(CreatedKey {
        attributes: *attributes,
        material,
    })
}

/// A private key on a curve (PSA Crypto API, `psa_key_derivation_output_key`): for Montgomery
/// curves the bytes as they are; otherwise the next bytes, cut to the order's bits, plus one, if
/// that is below the order, and if not, the bytes after them.
fn number(
    engine: &dyn Engine,
    function: &Function<'_>,
    attributes: &KeyAttributes,
) -> Result<Secret, ProviderError> {
    let bits = attributes.key_bits;
    let length = bits.div_ceil(8) as usize;
    for attempt in 1..=ATTEMPTS {
        let stream = function.output(attempt * length)?;
        let mut bytes = Zeroizing::new(stream.expose()[(attempt - 1) * length..].to_vec());
        let is_montgomery = bits == 255 || bits == 448;
        if !is_montgomery && !cut_and_add_one(&mut bytes, bits) {
            continue;
        }
        match import_pair(engine, attributes, &bytes) {
            Ok(material) => return Ok(material),
            Err(error) if error.status() == Status::PsaErrorInvalidArgument => {}
            Err(error) => return Err(error),
        }
    }
    Err(ProviderError::new(
        Status::PsaErrorInsufficientData,
        "no number below the curve's order is put out; derive from other inputs",
    ))
}

/// `false` if the sum does not fit into as many bits.
fn cut_and_add_one(bytes: &mut [u8], bits: u32) -> bool {
    let spare = bytes.len() as u32 * 8 - bits;
    bytes[0] &= 0xff >> spare;
    for byte in bytes.iter_mut().rev() {
        let (sum, carry) = byte.overflowing_add(1);
        *byte = sum;
        if !carry {
            return true;
        }
    }
    false
}

/// Makes a shared secret a key that something can be derived from.
pub(super) fn of_shared_secret(
    engine: &dyn Engine,
    agree: impl FnOnce() -> Result<Secret, ProviderError>,
    attributes: &KeyAttributes,
) -> Result<CreatedKey, ProviderError> {
    let KeyAttributes {
        key_type, key_bits, ..
    } = attributes;
    // A shared secret is not uniformly random, so it is no key of a cipher.
    if !matches!(key_type, KeyType::Derive | KeyType::RawData | KeyType::Hmac) {
        return Err(ProviderError::not_supported(format_args!(
            "{} from a raw agreement",
            capability::describe(key_type)
        )));
    }
    let secret = agree()?;
    let found = plain::size_of(key_type, secret.expose())?;
    if *key_bits != 0 && *key_bits != found {
        return Err(ProviderError::invalid_argument(format!(
            "attributes: the shared secret has {found} bits, but {key_bits} are asked for; say 0 \
             to have it found out"
        )));
    }
    let attributes = KeyAttributes {
        key_bits: found,
        ..*attributes
    };
    capability::check_import(engine, &attributes)?;
    Ok(CreatedKey {
        attributes,
        material: engine.secrets().import(&attributes, secret)?,
    })
}
