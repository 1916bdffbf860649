//! Elliptic curves: object identifiers, lengths and names for key formats.

use parsec_contracts::types::{EccFamily, Hash};

/// A curve that public key formats can name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Curve {
    pub(crate) family: EccFamily,
    pub(crate) bits: u32,
    /// The display name, as openssl and the command line print it.
    pub(crate) name: &'static str,
    /// The object identifier in dotted form.
    pub(crate) oid: &'static str,
    /// The name in a JSON Web Key (RFC 7518, RFC 8037, RFC 8812), if any.
    pub(crate) jwk: Option<&'static str>,
    /// The default hash.
    pub(crate) hash: Hash,
}

const CURVES: &[Curve] = &[
    curve(
        EccFamily::SecpR1,
        224,
        "P-224",
        "1.3.132.0.33",
        None,
        Hash::Sha256,
    ),
    curve(
        EccFamily::SecpR1,
        256,
        "P-256",
        "1.2.840.10045.3.1.7",
        Some("P-256"),
        Hash::Sha256,
    ),
    curve(
        EccFamily::SecpR1,
        384,
        "P-384",
        "1.3.132.0.34",
        Some("P-384"),
        Hash::Sha384,
    ),
    curve(
        EccFamily::SecpR1,
        521,
        "P-521",
        "1.3.132.0.35",
        Some("P-521"),
        Hash::Sha512,
    ),
    curve(
        EccFamily::SecpK1,
        256,
        "secp256k1",
        "1.3.132.0.10",
        Some("secp256k1"),
        Hash::Sha256,
    ),
    curve(
        EccFamily::BrainpoolPR1,
        256,
        "brainpoolP256r1",
        "1.3.36.3.3.2.8.1.1.7",
        None,
        Hash::Sha256,
    ),
    curve(
        EccFamily::BrainpoolPR1,
        384,
        "brainpoolP384r1",
        "1.3.36.3.3.2.8.1.1.11",
        None,
        Hash::Sha384,
    ),
    curve(
        EccFamily::BrainpoolPR1,
        512,
        "brainpoolP512r1",
        "1.3.36.3.3.2.8.1.1.13",
        None,
        Hash::Sha512,
    ),
    curve(
        EccFamily::TwistedEdwards,
        255,
        "Ed25519",
        "1.3.101.112",
        Some("Ed25519"),
        Hash::Sha512,
    ),
    curve(
        EccFamily::Montgomery,
        255,
        "X25519",
        "1.3.101.110",
        Some("X25519"),
        Hash::Sha256,
    ),
    curve(
        EccFamily::Montgomery,
        448,
        "X448",
        "1.3.101.111",
        Some("X448"),
        Hash::Sha512,
    ),
];

const fn curve(
    family: EccFamily,
    bits: u32,
    name: &'static str,
    oid: &'static str,
    jwk: Option<&'static str>,
    hash: Hash,
) -> Curve {
    Curve {
        family,
        bits,
        name,
        oid,
        jwk,
        hash,
    }
}

impl Curve {
    pub(crate) fn find(family: EccFamily, bits: u32) -> Option<&'static Self> {
        CURVES
            .iter()
            .find(|curve| curve.family == family && curve.bits == bits)
    }

    pub(crate) fn by_oid(oid: &str) -> Option<&'static Self> {
        CURVES.iter().find(|curve| curve.oid == oid)
    }

    pub(crate) fn by_jwk(name: &str) -> Option<&'static Self> {
        CURVES.iter().find(|curve| curve.jwk == Some(name))
    }

    /// Returns the length in bytes of a coordinate and of each half of a signature: the orders of
    /// all these curves are as long as their fields.
    pub(crate) fn length(&self) -> usize {
        self.bits.div_ceil(8) as usize
    }

    /// Returns whether a public key is a point with two coordinates.
    pub(crate) fn has_points(&self) -> bool {
        !matches!(
            self.family,
            EccFamily::Montgomery | EccFamily::TwistedEdwards
        )
    }
}
