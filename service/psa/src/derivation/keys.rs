//! Derived keys.

use parsec_contracts::types::{KeyAttributes, KeyType};
use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::{CreatedKey, ProviderError};

use super::functions::Function;
use super::support::can_derive;
use crate::engine::Engine;
use crate::key_type::describe;
use crate::keys::import_pair;
use crate::{capability, plain};

/// The maximum number of candidates for a private key below the curve's order. For the supported
/// curves, a candidate is rejected with a probability of at most 1 in 4·10⁹.
const ATTEMPTS: usize = 8;

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
            describe(key_type)
        )));
    }
    capability::check_length(engine, attributes)?;
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

/// Derives a private key on a curve (PSA Crypto API, `psa_key_derivation_output_key`). Montgomery
/// and Edwards curves take the bytes unchanged. Other curves take the next bytes, truncated to the bits of the
/// order, plus one, if the result is below the order, and the bytes after them otherwise.
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
        let is_unchanged = bits == 255 || bits == 448;
        if !is_unchanged && !truncate_and_add_one(&mut bytes, bits) {
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
        "the function returned no number below the curve's order; use other inputs",
    ))
}

/// Returns `false` if the sum overflows.
fn truncate_and_add_one(bytes: &mut [u8], bits: u32) -> bool {
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

/// Converts a shared secret to a key for derivations.
pub(super) fn of_shared_secret(
    engine: &dyn Engine,
    agree: impl FnOnce() -> Result<Secret, ProviderError>,
    attributes: &KeyAttributes,
) -> Result<CreatedKey, ProviderError> {
    let KeyAttributes {
        key_type, key_bits, ..
    } = attributes;
    // A shared secret is not uniformly random, so it is not a key for a cipher.
    if !matches!(key_type, KeyType::Derive | KeyType::RawData | KeyType::Hmac) {
        return Err(ProviderError::not_supported(format_args!(
            "{} from a raw agreement",
            describe(key_type)
        )));
    }
    let secret = agree()?;
    let found = plain::size_of(key_type, secret.expose())?;
    if *key_bits != 0 && *key_bits != found {
        return Err(ProviderError::invalid_argument(format!(
            "attributes: the shared secret has {found} bits, but {key_bits} are requested; give 0 \
             for the size of the secret"
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
