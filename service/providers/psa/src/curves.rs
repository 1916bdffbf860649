//! Numbers and points of elliptic curves, for devices that write them in another way or do not
//! compute them.

use p256::elliptic_curve::sec1::ToSec1Point as _;
use parsec_contracts::types::EccFamily;

/// Bytes of a number of so many bits: a coordinate, or a modulus.
pub fn number_length(bits: u32) -> usize {
    bits.div_ceil(8) as usize
}

/// A number with zeros before it.
pub fn padded(number: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length.saturating_sub(number.len())];
    bytes.extend_from_slice(number);
    bytes
}

/// Whether [`public_point`] and [`is_public_point`] know the curve.
pub fn has_public_point(family: EccFamily, bits: u32) -> bool {
    family == EccFamily::SecpR1 && matches!(bits, 256 | 384 | 521)
}

/// The point that belongs to a private key, uncompressed: 0x04, x and y. `None` if the curve is not
/// here, or the number is not below its order, or 0.
pub fn public_point(family: EccFamily, bits: u32, private: &[u8]) -> Option<Vec<u8>> {
    if !has_public_point(family, bits) {
        return None;
    }
    match bits {
        256 => p256::SecretKey::from_slice(private)
            .map(|key| key.public_key().to_sec1_point(false).as_bytes().to_vec()),
        384 => p384::SecretKey::from_slice(private)
            .map(|key| key.public_key().to_sec1_point(false).as_bytes().to_vec()),
        _ => p521::SecretKey::from_slice(private)
            .map(|key| key.public_key().to_sec1_point(false).as_bytes().to_vec()),
    }
    .ok()
}

/// Whether an uncompressed point is on the curve, and is not the one at infinity; `false` if the
/// curve is not here.
pub fn is_public_point(family: EccFamily, bits: u32, point: &[u8]) -> bool {
    has_public_point(family, bits)
        && match bits {
            256 => p256::PublicKey::from_sec1_bytes(point).is_ok(),
            384 => p384::PublicKey::from_sec1_bytes(point).is_ok(),
            _ => p521::PublicKey::from_sec1_bytes(point).is_ok(),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_belong_to_their_curve() {
        for (bits, length) in [(256, 32), (384, 48), (521, 66)] {
            let mut private = vec![0; length];
            private[length - 1] = 7;
            let mut point = public_point(EccFamily::SecpR1, bits, &private).unwrap();
            assert_eq!(point.len(), 1 + 2 * length);
            assert!(is_public_point(EccFamily::SecpR1, bits, &point));
            point[length] ^= 1;
            assert!(!is_public_point(EccFamily::SecpR1, bits, &point));
            assert!(public_point(EccFamily::SecpR1, bits, &vec![0; length]).is_none());
            assert!(public_point(EccFamily::SecpR1, bits, &vec![0xff; length]).is_none());
            assert!(public_point(EccFamily::SecpK1, bits, &private).is_none());
        }
    }
}
