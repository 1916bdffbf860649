//! Arithmetic on elliptic curves: public keys of private keys, and checks of points and private
//! keys, for devices that do neither.

mod parameters;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd, Resize as _};
use parsec_contracts::Zeroizing;
use parsec_contracts::types::EccFamily;

use parameters::{CURVES, Parameters};

/// The length in bytes of a number of this many bits: a coordinate or a modulus.
pub fn number_length(bits: u32) -> usize {
    bits.div_ceil(8) as usize
}

/// The number with leading zeros, to this length.
pub fn padded(number: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length.saturating_sub(number.len())];
    bytes.extend_from_slice(number);
    bytes
}

fn find(family: EccFamily, bits: u32) -> Option<&'static Parameters> {
    CURVES
        .iter()
        .find(|curve| curve.family == family && curve.bits == bits)
}

/// The sizes of the family's curves that can be checked here.
pub(crate) fn sizes(family: EccFamily) -> Vec<u32> {
    match family {
        EccFamily::Montgomery => vec![255, 448],
        EccFamily::TwistedEdwards => vec![255],
        _ => CURVES
            .iter()
            .filter(|curve| curve.family == family)
            .map(|curve| curve.bits)
            .collect(),
    }
}

/// Whether points of the family's curves are encoded as 0x04, x and y.
pub(crate) fn is_uncompressed(family: EccFamily) -> bool {
    !matches!(family, EccFamily::Montgomery | EccFamily::TwistedEdwards)
}

/// Whether [`public_point`] supports the curve.
pub fn has_public_point(family: EccFamily, bits: u32) -> bool {
    match family {
        EccFamily::SecpR1 => matches!(bits, 256 | 384 | 521),
        EccFamily::SecpK1 => bits == 256,
        EccFamily::BrainpoolPR1 => matches!(bits, 256 | 384),
        EccFamily::TwistedEdwards => bits == 255,
        _ => false,
    }
}

/// Computes the public key of a private key: the uncompressed point (0x04, x, y), or for
/// Edwards25519 the encoding of RFC 8032. `None` if the curve is not supported or the private key
/// is not valid for it.
pub fn public_point(family: EccFamily, bits: u32, private: &[u8]) -> Option<Vec<u8>> {
    use p256::elliptic_curve::sec1::ToSec1Point as _;
    macro_rules! point {
        ($secret:ty) => {
            <$secret>::from_slice(private)
                .ok()
                .map(|key| key.public_key().to_sec1_point(false).as_bytes().to_vec())
        };
    }
    if private.len() != number_length(bits) {
        return None;
    }
    match (family, bits) {
        (EccFamily::SecpR1, 256) => point!(p256::SecretKey),
        (EccFamily::SecpR1, 384) => point!(p384::SecretKey),
        (EccFamily::SecpR1, 521) => point!(p521::SecretKey),
        (EccFamily::SecpK1, 256) => point!(k256::SecretKey),
        (EccFamily::BrainpoolPR1, 256) => point!(bp256::r1::SecretKey),
        (EccFamily::BrainpoolPR1, 384) => point!(bp384::r1::SecretKey),
        (EccFamily::TwistedEdwards, 255) => {
            let seed = Zeroizing::new(<[u8; 32]>::try_from(private).ok()?);
            let key = ed25519_dalek::SigningKey::from_bytes(&seed);
            Some(key.verifying_key().to_bytes().to_vec())
        }
        _ => None,
    }
}

/// Whether a public key is a valid point other than infinity, in the wire format: uncompressed,
/// with coordinates below the prime; for Edwards25519 (RFC 8032) canonical and not of small order.
/// For Montgomery curves, every string of the right length is valid. `false` if the curve is not
/// supported.
pub fn is_public_point(family: EccFamily, bits: u32, point: &[u8]) -> bool {
    match (family, bits) {
        (EccFamily::Montgomery, 255 | 448) => point.len() == number_length(bits),
        (EccFamily::TwistedEdwards, 255) => is_edwards_point(point),
        _ => find(family, bits).is_some_and(|curve| curve.has_point(point)),
    }
}

fn is_edwards_point(point: &[u8]) -> bool {
    let Ok(bytes) = <[u8; 32]>::try_from(point) else {
        return false;
    };
    ed25519_dalek::VerifyingKey::from_bytes(&bytes)
        .is_ok_and(|key| !key.is_weak() && key.to_edwards().compress().to_bytes() == bytes)
}

/// Whether a number is a valid private key: above 0, below the curve's order, and of the order's
/// length. For Montgomery and Edwards curves, every string of the right length is valid. `false` if
/// the curve is not supported.
pub(crate) fn is_private_number(family: EccFamily, bits: u32, private: &[u8]) -> bool {
    if private.len() != number_length(bits) {
        return false;
    }
    match (family, bits) {
        (EccFamily::Montgomery, 255 | 448) | (EccFamily::TwistedEdwards, 255) => true,
        _ => find(family, bits).is_some_and(|curve| {
            let number = Zeroizing::new(BoxedUint::from_be_slice_vartime(private));
            bool::from(number.is_nonzero())
                && number_of(curve.order).is_some_and(|order| *number < order)
        }),
    }
}

fn number_of(hex: &str) -> Option<BoxedUint> {
    BoxedUint::from_str_radix_vartime(hex, 16).ok()
}

impl Parameters {
    /// Whether the bytes are 0x04, x and y with y² = x³ + ax + b, and both below the prime.
    fn has_point(&self, point: &[u8]) -> bool {
        let length = number_length(self.bits);
        let [4, coordinates @ ..] = point else {
            return false;
        };
        coordinates.len() == 2 * length
            && self
                .is_solution(coordinates.split_at(length))
                .unwrap_or(false)
    }

    fn is_solution(&self, (x, y): (&[u8], &[u8])) -> Option<bool> {
        let prime = number_of(self.prime)?;
        let coordinates = [x, y].map(BoxedUint::from_be_slice_vartime);
        if coordinates.iter().any(|number| *number >= prime) {
            return Some(false);
        }
        let precision = prime.bits_precision();
        let modulus = BoxedMontyParams::new_vartime(Option::from(Odd::new(prime))?);
        let element =
            |number: BoxedUint| BoxedMontyForm::new(number.resize_unchecked(precision), &modulus);
        let [x, y] = coordinates.map(element);
        let (a, b) = (element(number_of(self.a)?), element(number_of(self.b)?));
        Some(y.square() == x.square().add(&a).mul(&x).add(&b))
    }
}

#[cfg(test)]
mod tests;
