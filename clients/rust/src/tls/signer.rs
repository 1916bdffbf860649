//! A key of the service that signs rustls handshakes.

use std::sync::Arc;

use parsec_contracts::types::{AsymmetricSignature, EccFamily, Hash, KeyType, SignHash};
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::sign::{Signer, SigningKey};
use rustls::{OtherError, SignatureAlgorithm, SignatureScheme};

use crate::blocking;
use crate::error::{Error, Result};
use parsec_contracts::ErrorKind;

/// Returns a rustls 0.23 signing key that uses a key pair of the service.
///
/// rustls signs on the thread that drives the connection and blocks it until the service responds:
/// a TPM takes some tens of milliseconds.
///
/// # Errors
///
/// [`ErrorKind::NotSupported`] if TLS does not support signatures of the key's kind.
pub fn signing_key(key: blocking::SigningKey) -> Result<Arc<dyn SigningKey>> {
    Ok(Arc::new(service_key(key)?))
}

/// Returns the key with its signature schemes.
pub(super) fn service_key(key: blocking::SigningKey) -> Result<ServiceKey> {
    let (algorithm, schemes) = schemes(&key)?;
    let spki = key.public_key().to_der();
    Ok(ServiceKey {
        key,
        algorithm,
        schemes,
        spki,
    })
}

/// TLS signature schemes, each with the hash for the service, the best first.
type Schemes = Vec<(SignatureScheme, Option<Hash>)>;

/// A key of the service that signs handshakes.
#[derive(Debug)]
pub(super) struct ServiceKey {
    key: blocking::SigningKey,
    algorithm: SignatureAlgorithm,
    schemes: Schemes,
    spki: Vec<u8>,
}

impl ServiceKey {
    /// Whether TLS 1.3 has a signature scheme for the key.
    pub(super) fn signs_in_tls13(&self) -> bool {
        !self.schemes.iter().all(|(scheme, _)| is_pkcs1(*scheme))
    }

    /// Returns the error for a peer that accepts only other schemes.
    pub(super) fn incompatible(&self, offered: &[SignatureScheme]) -> Error {
        let (message, advice) = match self.signs_in_tls13() {
            true => (
                format!(
                    "the peer accepts none of the key's signature schemes ({}), only {}",
                    names(self.schemes.iter().map(|(scheme, _)| scheme)),
                    names(offered)
                ),
                "use a key of another kind",
            ),
            false => (
                "the key signs only with the padding of PKCS #1 version 1.5, which TLS 1.3 does not \
                 have (RFC 8446, section 4.2.3)"
                    .to_owned(),
                "use an RSA key with the padding PSS or a key for ECDSA, or limit the connection to TLS 1.2",
            ),
        };
        Error::new(ErrorKind::NotSupported, format!("TLS: {message}"), advice)
            .with_key_name(self.key.name())
    }
}

impl SigningKey for ServiceKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let (scheme, hash) = self
            .schemes
            .iter()
            .find(|(scheme, _)| offered.contains(scheme))?;
        Some(Box::new(ServiceSigner {
            key: self.key.clone(),
            scheme: *scheme,
            hash: *hash,
        }))
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(SubjectPublicKeyInfoDer::from(self.spki.as_slice()))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }
}

/// Whether TLS 1.3 excludes a scheme because of its padding.
fn is_pkcs1(scheme: SignatureScheme) -> bool {
    matches!(
        scheme,
        SignatureScheme::RSA_PKCS1_SHA256
            | SignatureScheme::RSA_PKCS1_SHA384
            | SignatureScheme::RSA_PKCS1_SHA512
    )
}

fn names<'a>(schemes: impl IntoIterator<Item = &'a SignatureScheme>) -> String {
    let known = schemes.into_iter().filter_map(SignatureScheme::as_str);
    known.collect::<Vec<_>>().join(", ")
}

#[derive(Debug)]
struct ServiceSigner {
    key: blocking::SigningKey,
    scheme: SignatureScheme,
    hash: Option<Hash>,
}

impl Signer for ServiceSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let signature = match self.hash {
            Some(hash) => self.key.sign_with(hash, message),
            None => self.key.sign(message),
        };
        match signature {
            Ok(signature) => Ok(signature.to_der()),
            Err(error) => Err(rustls::Error::Other(OtherError(Arc::new(error)))),
        }
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
}

/// Returns the TLS signature schemes that the key's policy permits, the best first.
fn schemes(key: &blocking::SigningKey) -> Result<(SignatureAlgorithm, Schemes)> {
    let policy = key.key().core.signature_algorithm()?;
    let permits = |hash| match policy.sign_hash() {
        Some(SignHash::Specific(only)) => only == hash,
        Some(_) => true,
        None => policy == AsymmetricSignature::EcdsaAny,
    };
    let attributes = key.attributes();
    let (algorithm, known): (_, &[(SignatureScheme, Hash)]) = match (policy, attributes.key_type) {
        (AsymmetricSignature::RsaPss { .. }, _) => (
            SignatureAlgorithm::RSA,
            &[
                (SignatureScheme::RSA_PSS_SHA256, Hash::Sha256),
                (SignatureScheme::RSA_PSS_SHA384, Hash::Sha384),
                (SignatureScheme::RSA_PSS_SHA512, Hash::Sha512),
            ],
        ),
        (AsymmetricSignature::RsaPkcs1v15Sign { .. }, _) => (
            SignatureAlgorithm::RSA,
            &[
                (SignatureScheme::RSA_PKCS1_SHA256, Hash::Sha256),
                (SignatureScheme::RSA_PKCS1_SHA384, Hash::Sha384),
                (SignatureScheme::RSA_PKCS1_SHA512, Hash::Sha512),
            ],
        ),
        (AsymmetricSignature::PureEddsa, _) => {
            let ed25519 = vec![(SignatureScheme::ED25519, None)];
            return Ok((SignatureAlgorithm::ED25519, ed25519));
        }
        (
            _,
            KeyType::EccKeyPair {
                curve_family: EccFamily::SecpR1,
            },
        ) => (
            SignatureAlgorithm::ECDSA,
            // TLS 1.3 ties each hash to a curve.
            match attributes.key_bits {
                256 => &[(SignatureScheme::ECDSA_NISTP256_SHA256, Hash::Sha256)],
                384 => &[(SignatureScheme::ECDSA_NISTP384_SHA384, Hash::Sha384)],
                521 => &[(SignatureScheme::ECDSA_NISTP521_SHA512, Hash::Sha512)],
                _ => &[],
            },
        ),
        _ => (SignatureAlgorithm::ECDSA, &[]),
    };
    let schemes: Vec<_> = known
        .iter()
        .filter(|(_, hash)| permits(*hash))
        .map(|(scheme, hash)| (*scheme, Some(*hash)))
        .collect();
    if schemes.is_empty() {
        return Err(Error::new(
            ErrorKind::NotSupported,
            format!("TLS has no signature scheme for this key ({policy:?})"),
            "use a key for ECDSA on P-256, P-384 or P-521 with the hash of that length, or for RSA-PSS",
        )
        .with_key_name(key.name()));
    }
    Ok((algorithm, schemes))
}
