//! Verification of signatures without the service. Feature `verify`.

use ::signature::hazmat::PrehashVerifier;
use parsec_contracts::ErrorKind;
use parsec_contracts::types::{AsymmetricSignature, EccFamily, Hash, KeyType, SignHash};
use rsa::traits::PublicKeyParts as _;
use rsa::{pkcs1v15, pss};
use sha2::digest::{Digest, FixedOutputReset};
use spki::der::oid::AssociatedOid;

use crate::error::{Error, Result};
use crate::hash;
use crate::public_key::PublicKey;
use crate::rustcrypto::EcdsaCurve;
use crate::signature::Signature;

impl PublicKey {
    /// Verifies the signature of a message, without the service. Feature `verify`.
    ///
    /// ```
    /// use parsec_client::types::{AsymmetricSignature, SignHash};
    /// use parsec_client::{ErrorKind, Hash, PublicKey, Signature};
    ///
    /// # use p256::ecdsa::{SigningKey, signature::Signer};
    /// # use p256::pkcs8::{EncodePublicKey, LineEnding};
    /// # let signer = SigningKey::from_slice(&[7; 32]).unwrap();
    /// # let pem = signer.verifying_key().to_public_key_pem(LineEnding::LF).unwrap();
    /// # let made: p256::ecdsa::Signature = signer.sign(b"hello");
    /// # let raw = made.to_bytes();
    /// let key = PublicKey::from_pem(&pem)?;
    /// let signature = Signature::from_raw(&raw, &key)?;
    /// let algorithm = AsymmetricSignature::Ecdsa {
    ///     hash_alg: SignHash::Specific(Hash::Sha256),
    /// };
    /// key.verify(algorithm, b"hello", &signature)?;
    /// let error = key.verify(algorithm, b"other", &signature).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidSignature);
    /// # Ok::<(), parsec_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidSignature`]: The signature is not valid for the message and this key.
    /// - [`ErrorKind::InvalidArgument`]: The algorithm does not name a hash function or does not fit
    ///   the key, or the key is not valid.
    /// - [`ErrorKind::NotSupported`]: The hash function is outside the SHA-2 family, or the curve is
    ///   P-224, brainpoolP512r1 or Ed448.
    pub fn verify(
        &self,
        algorithm: AsymmetricSignature,
        message: &[u8],
        signature: &Signature,
    ) -> Result<()> {
        if algorithm == AsymmetricSignature::PureEddsa {
            return self.verify_ed25519(message, signature);
        }
        let function = named_hash(algorithm)?;
        let hash = hash::compute(function, message).ok_or_else(|| unsupported(function.name()))?;
        self.verify_hash(algorithm, &hash, signature)
    }

    /// Verifies the signature of a precomputed hash, without the service. Feature `verify`.
    ///
    /// # Errors
    ///
    /// As [`PublicKey::verify`]; also [`ErrorKind::InvalidArgument`] if the hash has the wrong length.
    pub fn verify_hash(
        &self,
        algorithm: AsymmetricSignature,
        hash: &[u8],
        signature: &Signature,
    ) -> Result<()> {
        let function = named_hash(algorithm)?;
        if hash.len() != function.length() {
            return Err(Error::invalid(
                format!(
                    "the hash has {} bytes, not {}",
                    hash.len(),
                    function.length()
                ),
                "give the hash of the message",
            ));
        }
        let is_curve = matches!(self.key_type(), KeyType::EccPublicKey { .. });
        match algorithm {
            AsymmetricSignature::Ecdsa { .. } | AsymmetricSignature::DeterministicEcdsa { .. }
                if is_curve =>
            {
                self.check_point(Some((hash, signature)))
            }
            AsymmetricSignature::RsaPss { .. } if !is_curve => match function {
                Hash::Sha224 => self.verify_pss::<sha2::Sha224>(hash, signature),
                Hash::Sha256 => self.verify_pss::<sha2::Sha256>(hash, signature),
                Hash::Sha384 => self.verify_pss::<sha2::Sha384>(hash, signature),
                Hash::Sha512 => self.verify_pss::<sha2::Sha512>(hash, signature),
                Hash::Sha512_224 => self.verify_pss::<sha2::Sha512_224>(hash, signature),
                Hash::Sha512_256 => self.verify_pss::<sha2::Sha512_256>(hash, signature),
                other => Err(unsupported(other.name())),
            },
            AsymmetricSignature::RsaPkcs1v15Sign { .. } if !is_curve => match function {
                Hash::Sha224 => self.verify_pkcs1::<sha2::Sha224>(hash, signature),
                Hash::Sha256 => self.verify_pkcs1::<sha2::Sha256>(hash, signature),
                Hash::Sha384 => self.verify_pkcs1::<sha2::Sha384>(hash, signature),
                Hash::Sha512 => self.verify_pkcs1::<sha2::Sha512>(hash, signature),
                Hash::Sha512_224 => self.verify_pkcs1::<sha2::Sha512_224>(hash, signature),
                Hash::Sha512_256 => self.verify_pkcs1::<sha2::Sha512_256>(hash, signature),
                other => Err(unsupported(other.name())),
            },
            _ => Err(self.other_algorithm()),
        }
    }

    /// Validates the key: a point must be on its curve, an RSA exponent odd and at least 3. Feature
    /// `verify`.
    ///
    /// Keys of P-224, brainpoolP512r1 and of key agreement on Montgomery curves are accepted as they
    /// are.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if it is not valid, or is an RSA key with fewer than 1024 or
    /// more than 8192 bits.
    pub fn validate(&self) -> Result<()> {
        match self.key_type() {
            KeyType::RsaPublicKey => self.to_rsa().map(drop),
            KeyType::EccPublicKey {
                curve_family: EccFamily::TwistedEdwards,
            } if self.bits() == ED25519 => self.ed25519().map(drop),
            _ => match self.check_point(None) {
                Err(error) if error.kind() == ErrorKind::NotSupported => Ok(()),
                other => other,
            },
        }
    }

    /// Parses the point, and verifies the signature of a hash if there is one.
    fn check_point(&self, claim: Option<Claim<'_>>) -> Result<()> {
        let found = CURVES.iter().find(|(curve_family, bits, _)| {
            let curve_family = *curve_family;
            self.key_type() == KeyType::EccPublicKey { curve_family } && self.bits() == *bits
        });
        match found {
            Some((.., check)) => check(self, claim),
            None => Err(unsupported(&self.description())),
        }
    }

    fn ed25519(&self) -> Result<ed25519_dalek::VerifyingKey> {
        let bytes = <&[u8; 32]>::try_from(self.raw()).map_err(|_| self.other_algorithm())?;
        ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| {
            Error::invalid(
                "the public key is not a point of Ed25519",
                "check its source",
            )
        })
    }

    fn verify_ed25519(&self, message: &[u8], signature: &Signature) -> Result<()> {
        let curve_family = EccFamily::TwistedEdwards;
        if self.key_type() != (KeyType::EccPublicKey { curve_family }) {
            return Err(self.other_algorithm());
        }
        if self.bits() != ED25519 {
            return Err(unsupported(&self.description()));
        }
        let key = self.ed25519()?;
        let signature =
            ed25519_dalek::Signature::from_slice(signature.as_raw()).map_err(|_| no_match())?;
        // Also rejects keys of small order, for which one signature is valid for many messages.
        key.verify_strict(message, &signature)
            .map_err(|_| no_match())
    }

    fn verify_pss<D>(&self, hash: &[u8], signature: &Signature) -> Result<()>
    where
        D: Digest + FixedOutputReset,
    {
        let key = self.to_rsa()?;
        // The longest salt that fits (FIPS 186-5, 5.4); shorter than the hash only for SHA-512 with
        // 1024 bits.
        let block = (key.n().bit_width_vartime() as usize - 1).div_ceil(8);
        let salt = <D as Digest>::output_size()
            .min(block.saturating_sub(<D as Digest>::output_size() + 2));
        let signature = pss::Signature::try_from(signature.as_raw()).map_err(|_| no_match())?;
        pss::VerifyingKey::<D>::new_with_salt_len(key, salt)
            .verify_prehash(hash, &signature)
            .map_err(|_| no_match())
    }

    fn verify_pkcs1<D>(&self, hash: &[u8], signature: &Signature) -> Result<()>
    where
        D: Digest + AssociatedOid,
    {
        let signature =
            pkcs1v15::Signature::try_from(signature.as_raw()).map_err(|_| no_match())?;
        pkcs1v15::VerifyingKey::<D>::new(self.to_rsa()?)
            .verify_prehash(hash, &signature)
            .map_err(|_| no_match())
    }

    fn other_algorithm(&self) -> Error {
        Error::invalid(
            format!(
                "a key of the kind {} does not use this algorithm",
                self.description()
            ),
            "use the algorithm of the key's policy",
        )
    }
}

/// Size of the field of Ed25519's curve in bits.
const ED25519: u32 = 255;

/// A hash and its signature.
type Claim<'a> = (&'a [u8], &'a Signature);

/// Parses a point, and verifies a signature.
type Check = fn(&PublicKey, Option<Claim<'_>>) -> Result<()>;

const CURVES: [(EccFamily, u32, Check); 6] = [
    (EccFamily::SecpR1, 256, check::<p256::NistP256>),
    (EccFamily::SecpR1, 384, check::<p384::NistP384>),
    (EccFamily::SecpR1, 521, check::<p521::NistP521>),
    (EccFamily::SecpK1, 256, check::<k256::Secp256k1>),
    (
        EccFamily::BrainpoolPR1,
        256,
        check::<bp256::BrainpoolP256r1>,
    ),
    (
        EccFamily::BrainpoolPR1,
        384,
        check::<bp384::BrainpoolP384r1>,
    ),
];

fn check<C>(key: &PublicKey, claim: Option<Claim<'_>>) -> Result<()>
where
    C: EcdsaCurve,
    ecdsa::VerifyingKey<C>: PrehashVerifier<ecdsa::Signature<C>>,
{
    let verifying = key.to_ecdsa::<C>()?;
    let Some((hash, signature)) = claim else {
        return Ok(());
    };
    let signature =
        ecdsa::Signature::<C>::from_slice(signature.as_raw()).map_err(|_| no_match())?;
    // RustCrypto refuses hashes of less than half the order's length; leading zeros do not change
    // the number (FIPS 186-5, 6.4.2). No hash is longer than an order that ends within a byte.
    let length = key.bits().div_ceil(8) as usize;
    let number = &hash[..hash.len().min(length)];
    let mut padded = vec![0; length - number.len()];
    padded.extend_from_slice(number);
    // The crate k256 accepts only the smaller s, as some protocols do; ECDSA (FIPS 186-5, 6.4.2)
    // accepts both.
    verifying
        .verify_prehash(&padded, &signature.normalize_s())
        .map_err(|_| no_match())
}

fn named_hash(algorithm: AsymmetricSignature) -> Result<Hash> {
    match algorithm.sign_hash() {
        Some(SignHash::Specific(hash)) => Ok(hash),
        _ => Err(Error::invalid(
            "the algorithm does not name its hash function",
            "name the hash function that the signer used",
        )),
    }
}

fn no_match() -> Error {
    Error::new(
        ErrorKind::InvalidSignature,
        "the signature does not match",
        "discard the data: it was changed, or signed with another key",
    )
}

fn unsupported(what: &str) -> Error {
    Error::new(
        ErrorKind::NotSupported,
        format!("this client does not verify signatures with {what}"),
        "import the public key, and verify in the service",
    )
}

#[cfg(test)]
mod tests;
