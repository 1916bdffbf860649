//! Signature schemes that both RustCrypto and the service support.

use std::ops::Add;

use ecdsa::elliptic_curve::array::ArraySize;
use ecdsa::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use ecdsa::elliptic_curve::{Curve, CurveArithmetic};
use ecdsa::{DigestAlgorithm, der::MaxOverhead};
use parsec_contracts::types::{AsymmetricSignature, Hash};
use rsa::pkcs1v15::{self, RsaSignatureAssociatedOid};
use rsa::pss;
use sha2::digest::Digest;
use spki::der::oid::AssociatedOid;
use spki::{AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier as _};

use super::convert::read;
use crate::error::Result;
use crate::public_key::PublicKey;
use crate::signature::Signature;

/// A curve for which RustCrypto supports ECDSA: `p256::NistP256`, `p384::NistP384`,
/// `k256::Secp256k1` and others. Implemented for all of them.
pub trait EcdsaCurve:
    ecdsa::EcdsaCurve
    + AssociatedOid
    + Curve<
        FieldBytesSize: ModulusSize + Add<Output: ArraySize + Add<MaxOverhead, Output: ArraySize>>,
    > + CurveArithmetic<AffinePoint: FromSec1Point<Self> + ToSec1Point<Self>>
    + DigestAlgorithm<Digest: AssociatedOid>
{
}

impl<C> EcdsaCurve for C where
    C: ecdsa::EcdsaCurve
        + AssociatedOid
        + Curve<
            FieldBytesSize: ModulusSize
                                + Add<Output: ArraySize + Add<MaxOverhead, Output: ArraySize>>,
        > + CurveArithmetic<AffinePoint: FromSec1Point<Self> + ToSec1Point<Self>>
        + DigestAlgorithm<Digest: AssociatedOid>
{
}

/// A signature scheme, named by RustCrypto's verifying key: `ecdsa::VerifyingKey`,
/// `rsa::pss::VerifyingKey` or `rsa::pkcs1v15::VerifyingKey`. Sealed.
pub trait Scheme: sealed::Sealed + Clone {
    /// The signature.
    type Signature;

    /// Converts a public key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if it is of another kind.
    fn verifying_key(key: &PublicKey) -> Result<Self>;

    /// Returns whether keys for `algorithm` use this scheme, with any hash.
    fn is_of(algorithm: AsymmetricSignature) -> bool;

    /// Returns the hash function, if the service supports it.
    fn hash() -> Option<Hash>;

    /// Returns the algorithm identifier for certificates.
    ///
    /// # Errors
    ///
    /// An error if the scheme has none.
    fn algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned>;

    /// Converts to a RustCrypto signature.
    ///
    /// # Errors
    ///
    /// An error if the signature is of another scheme.
    fn from_parsec(signature: &Signature) -> Result<Self::Signature>;

    /// Converts to a signature of this crate.
    ///
    /// # Errors
    ///
    /// An error if it cannot be encoded.
    fn to_parsec(signature: &Self::Signature) -> Result<Signature>;
}

mod sealed {
    pub trait Sealed {}

    impl<C: super::EcdsaCurve> Sealed for ecdsa::VerifyingKey<C> {}
    impl<D: super::Digest> Sealed for rsa::pss::VerifyingKey<D> {}
    impl<D: super::Digest> Sealed for rsa::pkcs1v15::VerifyingKey<D> {}
}

impl<C: EcdsaCurve> Scheme for ecdsa::VerifyingKey<C> {
    type Signature = ecdsa::Signature<C>;

    fn verifying_key(key: &PublicKey) -> Result<Self> {
        key.to_ecdsa()
    }

    fn is_of(algorithm: AsymmetricSignature) -> bool {
        matches!(
            algorithm,
            AsymmetricSignature::Ecdsa { .. }
                | AsymmetricSignature::DeterministicEcdsa { .. }
                | AsymmetricSignature::EcdsaAny
        )
    }

    fn hash() -> Option<Hash> {
        hash_of::<C::Digest>()
    }

    fn algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        self.signature_algorithm_identifier()
    }

    fn from_parsec(signature: &Signature) -> Result<Self::Signature> {
        read(signature)
    }

    fn to_parsec(signature: &Self::Signature) -> Result<Signature> {
        Signature::ecdsa(signature.to_vec())
    }
}

impl<D: Digest + AssociatedOid> Scheme for pss::VerifyingKey<D> {
    type Signature = pss::Signature;

    fn verifying_key(key: &PublicKey) -> Result<Self> {
        key.to_rsa().map(Self::new)
    }

    fn is_of(algorithm: AsymmetricSignature) -> bool {
        matches!(algorithm, AsymmetricSignature::RsaPss { .. })
    }

    fn hash() -> Option<Hash> {
        hash_of::<D>()
    }

    fn algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        pss::get_default_pss_signature_algo_id::<D>()
    }

    fn from_parsec(signature: &Signature) -> Result<Self::Signature> {
        read(signature)
    }

    fn to_parsec(signature: &Self::Signature) -> Result<Signature> {
        Ok(Signature::rsa(Box::from(signature.clone())))
    }
}

impl<D> Scheme for pkcs1v15::VerifyingKey<D>
where
    D: Digest + AssociatedOid + RsaSignatureAssociatedOid,
{
    type Signature = pkcs1v15::Signature;

    fn verifying_key(key: &PublicKey) -> Result<Self> {
        key.to_rsa().map(Self::new)
    }

    fn is_of(algorithm: AsymmetricSignature) -> bool {
        matches!(algorithm, AsymmetricSignature::RsaPkcs1v15Sign { .. })
    }

    fn hash() -> Option<Hash> {
        hash_of::<D>()
    }

    fn algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        self.signature_algorithm_identifier()
    }

    fn from_parsec(signature: &Signature) -> Result<Self::Signature> {
        read(signature)
    }

    fn to_parsec(signature: &Self::Signature) -> Result<Signature> {
        Ok(Signature::rsa(Box::from(signature.clone())))
    }
}

/// Returns the service's hash function with this object identifier (NIST's CSOR).
pub(super) fn hash_of<D: AssociatedOid>() -> Option<Hash> {
    Some(
        match D::OID.to_string().strip_prefix("2.16.840.1.101.3.4.2.")? {
            "1" => Hash::Sha256,
            "2" => Hash::Sha384,
            "3" => Hash::Sha512,
            "4" => Hash::Sha224,
            "5" => Hash::Sha512_224,
            "6" => Hash::Sha512_256,
            "7" => Hash::Sha3_224,
            "8" => Hash::Sha3_256,
            "9" => Hash::Sha3_384,
            "10" => Hash::Sha3_512,
            _ => return None,
        },
    )
}
