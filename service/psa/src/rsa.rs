//! RSA public keys in the wire format, and the RSA public-key operation.

use ::rsa::BoxedUint;
use ::rsa::hazmat::rsa_encrypt;
use ::rsa::traits::PublicKeyParts as _;
use der::{Decode as _, Encode as _};

use crate::curves::number_length;

/// The supported sizes of moduli.
const SIZES: std::ops::RangeInclusive<usize> = 512..=16384;

/// Encodes a modulus and an exponent as an RSAPublicKey (RFC 8017, A.1.1); `None` if they are not
/// valid.
pub fn public_key(modulus: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    pkcs1::RsaPublicKeyRef {
        modulus: pkcs1::UintRef::new(modulus).ok()?,
        public_exponent: pkcs1::UintRef::new(exponent).ok()?,
    }
    .to_der()
    .ok()
}

/// A parsed public key.
#[derive(Debug, Clone)]
pub struct PublicKey {
    key: ::rsa::PublicKey,
    /// The size of the modulus in bits.
    bits: u32,
}

impl PublicKey {
    /// Parses an RSAPublicKey; `None` if it is malformed: the modulus must be odd, the exponent odd
    /// and between 3 and 2³³ − 1.
    pub fn from_pkcs1(data: &[u8]) -> Option<Self> {
        let key = pkcs1::RsaPublicKeyRef::from_der(data).ok()?;
        let modulus = key.modulus.as_bytes();
        let precision = u32::try_from(modulus.len()).ok()?.checked_mul(8)?;
        let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, precision).ok();
        let exponent = number(key.public_exponent.as_bytes())?;
        let key = ::rsa::PublicKey::new_with_size_limits(number(modulus)?, exponent, SIZES).ok()?;
        let bits = key.n().bit_width_vartime();
        Some(Self { key, bits })
    }

    /// The size of the modulus in bits.
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// The length in bytes of the modulus, and of every block and signature.
    pub fn length(&self) -> usize {
        number_length(self.bits)
    }

    /// Raises a block, as long as the modulus and less than it, to the public exponent: RSAVP1 and
    /// RSAEP (RFC 8017, 5.1.1 and 5.2.2). `None` for any other block.
    pub fn apply(&self, block: &[u8]) -> Option<Vec<u8>> {
        if block.len() != self.length() {
            return None;
        }
        let precision = u32::try_from(block.len()).ok()? * 8;
        let number = BoxedUint::from_be_slice(block, precision).ok()?;
        if number >= **self.key.n() {
            return None;
        }
        let output = rsa_encrypt(&self.key, &number).ok()?.to_be_bytes();
        let begin = output.len().checked_sub(self.length())?;
        Some(output[begin..].to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_public_keys_are_rejected() {
        let mut modulus = vec![0xff; 256];
        let is_key = |modulus: &[u8], exponent: &[u8]| {
            let encoded = public_key(modulus, exponent).unwrap();
            PublicKey::from_pkcs1(&encoded).is_some()
        };
        assert!(is_key(&modulus, &[1, 0, 1]));
        assert!(is_key(&modulus, &[3]));
        for exponent in [&[1][..], &[2], &[1, 0, 0], &[0xff; 256]] {
            assert!(!is_key(&modulus, exponent), "{exponent:?}");
        }
        modulus[255] = 0xfe;
        assert!(!is_key(&modulus, &[1, 0, 1]));
        assert!(!is_key(&[0xff; 8], &[3]));
    }

    #[test]
    fn blocks_are_numbers_below_the_modulus() {
        let encoded = public_key(&[0xff; 128], &[3]).unwrap();
        let key = PublicKey::from_pkcs1(&encoded).unwrap();
        let mut two = vec![0; 128];
        two[127] = 2;
        let mut eight = vec![0; 128];
        eight[127] = 8;
        assert_eq!(key.apply(&two), Some(eight));
        assert_eq!(key.apply(&[0xff; 128]), None);
        assert_eq!(key.apply(&two[1..]), None);
    }
}
