//! The type that implements RustCrypto's traits, for async and blocking handles.

use std::fmt;

use ::signature::hazmat::{AsyncPrehashSigner, PrehashSigner};
use ::signature::{AsyncSigner, AsyncVerifier, DigestSigner, Keypair, Signer, Verifier};
use parsec_contracts::ErrorKind;
use parsec_contracts::types::{Algorithm, Hash, KeyAttributes, SignHash};
use rsa::pkcs1v15::{self, RsaSignatureAssociatedOid};
use rsa::pss;
use sha2::digest::{Digest, FixedOutput, Update};
use spki::der::oid::AssociatedOid;
use spki::{AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier};

use super::scheme::hash_of;
use super::{EcdsaCurve, Scheme};
use crate::blocking;
use crate::error::{Error, Result};
use crate::generated::handles::SigningKey;
use crate::public_key::PublicKey;

/// A key of the service that implements RustCrypto's traits. `K` is the handle, [`SigningKey`] or
/// [`blocking::SigningKey`]. `V` is RustCrypto's type of the public key, which determines the
/// scheme. From [`blocking::SigningKey::ecdsa`] and similar methods.
///
/// With a blocking handle it implements `Signer`, `DigestSigner`, `PrehashSigner` and `Verifier`;
/// with an async one `AsyncSigner`, `AsyncPrehashSigner` and `AsyncVerifier`. With both it
/// implements `Keypair`, whose `verifying_key` verifies without the service.
#[derive(Clone)]
pub struct RustCryptoSigner<K, V> {
    key: K,
    verifying_key: V,
    hash: Hash,
}

impl<K, V: Scheme> RustCryptoSigner<K, V> {
    fn new(key: K, public_key: &PublicKey, attributes: &KeyAttributes) -> Result<Self> {
        let verifying_key = V::verifying_key(public_key)?;
        let hash = V::hash().ok_or_else(|| {
            Error::new(
                ErrorKind::NotSupported,
                "the service does not support this hash function",
                "use one of the SHA-2 or SHA-3 family",
            )
        })?;
        let Algorithm::AsymmetricSignature(algorithm) = attributes.key_policy.key_algorithm else {
            return Err(differs("the key is not for signatures".into()));
        };
        if !V::is_of(algorithm) {
            return Err(differs(format!("the key is for {algorithm}")));
        }
        match algorithm.sign_hash() {
            Some(SignHash::Specific(fixed)) if fixed != hash => Err(differs(format!(
                "the key's policy fixes the hash {}, not {}",
                fixed.name(),
                hash.name()
            ))),
            _ => Ok(Self {
                key,
                verifying_key,
                hash,
            }),
        }
    }

    fn check_length(&self, prehash: &[u8]) -> ::signature::Result<()> {
        if prehash.len() == self.hash.length() {
            return Ok(());
        }
        Err(foreign(Error::invalid(
            format!(
                "the hash has {} bytes, not {}",
                prehash.len(),
                self.hash.length()
            ),
            "give the hash of the message",
        )))
    }
}

impl blocking::SigningKey {
    /// Returns the key as a `signature::Signer` for ECDSA on the curve `C`, such as
    /// `p256::NistP256`, with the curve's hash in RustCrypto. Feature `rustcrypto`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the key's curve or policy differs.
    pub fn ecdsa<C: EcdsaCurve>(&self) -> Result<RustCryptoSigner<Self, ecdsa::VerifyingKey<C>>> {
        self.rustcrypto()
    }

    /// Returns the key as a `signature::Signer`. RustCrypto's type of the public key determines the
    /// scheme: for example `rsa::pss::VerifyingKey<Sha256>`. Feature `rustcrypto`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the key's type or policy differs.
    pub fn rustcrypto<V: Scheme>(&self) -> Result<RustCryptoSigner<Self, V>> {
        RustCryptoSigner::new(self.clone(), self.public_key(), self.attributes())
            .map_err(|error| error.with_key_name(self.name()))
    }
}

impl SigningKey {
    /// Returns the key as a `signature::AsyncSigner` for ECDSA on the curve `C`, such as
    /// `p256::NistP256`, with the curve's hash in RustCrypto. Feature `rustcrypto`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the key's curve or policy differs.
    pub fn ecdsa<C: EcdsaCurve>(&self) -> Result<RustCryptoSigner<Self, ecdsa::VerifyingKey<C>>> {
        self.rustcrypto()
    }

    /// Returns the key as a `signature::AsyncSigner`. RustCrypto's type of the public key
    /// determines the scheme: for example `rsa::pss::VerifyingKey<Sha256>`. Feature `rustcrypto`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the key's type or policy differs.
    pub fn rustcrypto<V: Scheme>(&self) -> Result<RustCryptoSigner<Self, V>> {
        RustCryptoSigner::new(self.clone(), self.public_key(), self.attributes())
            .map_err(|error| error.with_key_name(self.name()))
    }
}

impl<K, V: Clone> Keypair for RustCryptoSigner<K, V> {
    type VerifyingKey = V;

    fn verifying_key(&self) -> V {
        self.verifying_key.clone()
    }
}

impl<K, V: Scheme> DynSignatureAlgorithmIdentifier for RustCryptoSigner<K, V> {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        self.verifying_key.algorithm_identifier()
    }
}

impl<V: Scheme> Signer<V::Signature> for RustCryptoSigner<blocking::SigningKey, V> {
    fn try_sign(&self, message: &[u8]) -> ::signature::Result<V::Signature> {
        self.key
            .sign_with(self.hash, message)
            .and_then(|signature| V::from_parsec(&signature))
            .map_err(foreign)
    }
}

impl<C: EcdsaCurve> Signer<ecdsa::der::Signature<C>>
    for RustCryptoSigner<blocking::SigningKey, ecdsa::VerifyingKey<C>>
{
    fn try_sign(&self, message: &[u8]) -> ::signature::Result<ecdsa::der::Signature<C>> {
        let signature: ecdsa::Signature<C> = self.try_sign(message)?;
        Ok(signature.to_der())
    }
}

impl<V: Scheme> PrehashSigner<V::Signature> for RustCryptoSigner<blocking::SigningKey, V> {
    fn sign_prehash(&self, prehash: &[u8]) -> ::signature::Result<V::Signature> {
        self.check_length(prehash)?;
        self.key
            .sign_hash(prehash)
            .and_then(|signature| V::from_parsec(&signature))
            .map_err(foreign)
    }
}

impl<D, V> DigestSigner<D, V::Signature> for RustCryptoSigner<blocking::SigningKey, V>
where
    D: Update + FixedOutput + Default + AssociatedOid,
    V: Scheme,
{
    fn try_sign_digest<F>(&self, feed: F) -> ::signature::Result<V::Signature>
    where
        F: Fn(&mut D) -> ::signature::Result<()>,
    {
        if hash_of::<D>() != Some(self.hash) {
            return Err(foreign(differs(format!(
                "the key signs hashes of {} here",
                self.hash.name()
            ))));
        }
        let mut digest = D::default();
        feed(&mut digest)?;
        self.sign_prehash(&digest.finalize_fixed())
    }
}

/// Verifies in the service. The error has no source if the signature does not match, and one
/// otherwise.
impl<V: Scheme> Verifier<V::Signature> for RustCryptoSigner<blocking::SigningKey, V> {
    fn verify(&self, message: &[u8], signature: &V::Signature) -> ::signature::Result<()> {
        V::to_parsec(signature)
            .and_then(|signature| self.key.verify_with(self.hash, message, &signature))
            .map_err(foreign)
    }
}

/// Implemented for each signature type: a blanket implementation in `signature` prevents one
/// implementation for every [`Scheme`].
macro_rules! async_traits {
    ($([$($generics:tt)*] $verifying_key:ty;)*) => {$(
        impl<$($generics)*> AsyncSigner<<$verifying_key as Scheme>::Signature>
            for RustCryptoSigner<SigningKey, $verifying_key>
        {
            async fn sign_async(
                &self,
                message: &[u8],
            ) -> ::signature::Result<<$verifying_key as Scheme>::Signature> {
                let signature = self.key.sign_with(self.hash, message).await;
                signature
                    .and_then(|signature| <$verifying_key>::from_parsec(&signature))
                    .map_err(foreign)
            }
        }

        /// Verifies in the service. The error has no source if the signature does not match, and
        /// one otherwise.
        impl<$($generics)*> AsyncVerifier<<$verifying_key as Scheme>::Signature>
            for RustCryptoSigner<SigningKey, $verifying_key>
        {
            async fn verify_async(
                &self,
                message: &[u8],
                signature: &<$verifying_key as Scheme>::Signature,
            ) -> ::signature::Result<()> {
                let signature = <$verifying_key>::to_parsec(signature).map_err(foreign)?;
                let verified = self.key.verify_with(self.hash, message, &signature);
                verified.await.map_err(foreign)
            }
        }
    )*};
}

async_traits! {
    [C: EcdsaCurve] ecdsa::VerifyingKey<C>;
    [D: Digest + AssociatedOid] pss::VerifyingKey<D>;
    [D: Digest + AssociatedOid + RsaSignatureAssociatedOid] pkcs1v15::VerifyingKey<D>;
}

impl<C: EcdsaCurve> AsyncSigner<ecdsa::der::Signature<C>>
    for RustCryptoSigner<SigningKey, ecdsa::VerifyingKey<C>>
{
    async fn sign_async(&self, message: &[u8]) -> ::signature::Result<ecdsa::der::Signature<C>> {
        let signature = AsyncSigner::<ecdsa::Signature<C>>::sign_async(self, message).await?;
        Ok(signature.to_der())
    }
}

impl<V: Scheme> AsyncPrehashSigner<V::Signature> for RustCryptoSigner<SigningKey, V> {
    async fn sign_prehash_async(&self, prehash: &[u8]) -> ::signature::Result<V::Signature> {
        self.check_length(prehash)?;
        self.key
            .sign_hash(prehash)
            .await
            .and_then(|signature| V::from_parsec(&signature))
            .map_err(foreign)
    }
}

impl<K: fmt::Debug, V> fmt::Debug for RustCryptoSigner<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RustCryptoSigner")
            .field("key", &self.key)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

fn differs(what: String) -> Error {
    Error::invalid(what, "name the type that fits the key")
}

/// Converts an error. RustCrypto expects no source for a signature that does not match.
fn foreign(error: Error) -> ::signature::Error {
    match error.kind() {
        ErrorKind::InvalidSignature => ::signature::Error::new(),
        _ => ::signature::Error::from_source(error),
    }
}
