//! A certificate chain and its key of the service.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{OtherError, SignatureAlgorithm, SignatureScheme};

use super::roots::certificates;
use super::signer::{ServiceKey, service_key};
use crate::blocking;
use crate::error::{Error, Result};

/// A certificate chain and its key of the service.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) certified: Arc<CertifiedKey>,
    key: Arc<ServiceKey>,
}

impl Identity {
    /// Reads the chain, the key's certificate first.
    pub(super) fn new(chain_pem: &[u8], key: blocking::SigningKey) -> Result<Self> {
        let chain = certificates(chain_pem, "the certificate chain")?;
        let name = key.name().to_owned();
        let described = key.public_key().description();
        let key = Arc::new(service_key(key)?);
        let certified = CertifiedKey::new(chain, Arc::new(Explained(key.clone())));
        certified.keys_match().map_err(|error| {
            Error::invalid(
                format!("the first certificate of the chain is not for this key ({described})"),
                "give the certificate issued for this key first, and then those of its issuers",
            )
            .with_key_name(&name)
            .with_source(error)
        })?;
        Ok(Self {
            certified: Arc::new(certified),
            key,
        })
    }

    /// Returns an error if TLS 1.3 has no signature scheme for the key.
    pub(super) fn check_tls13(&self) -> Result<()> {
        match self.key.signs_in_tls13() {
            true => Ok(()),
            false => Err(self.key.incompatible(&[])),
        }
    }

    /// Whether the key has one of the schemes.
    pub(super) fn signs(&self, schemes: &[SignatureScheme]) -> bool {
        self.key.choose_scheme(schemes).is_some()
    }

    /// Whether the certificate is for this name.
    pub(super) fn is_for(&self, name: &str) -> bool {
        let Ok(name) = ServerName::try_from(name) else {
            return false;
        };
        let first = self.certified.cert.first();
        first.is_some_and(|certificate| names(certificate, &name))
    }
}

fn names(certificate: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    ParsedCertificate::try_from(certificate)
        .is_ok_and(|parsed| rustls::client::verify_server_name(&parsed, name).is_ok())
}

/// A key whose signature fails with the reason if the peer accepts none of its schemes. Otherwise
/// rustls sends no certificate, and only the peer's log has a reason.
#[derive(Debug)]
struct Explained(Arc<ServiceKey>);

impl SigningKey for Explained {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        self.0.choose_scheme(offered).or_else(|| {
            let refusal = Refusal {
                error: self.0.incompatible(offered),
                scheme: *offered.first()?,
            };
            Some(Box::new(refusal))
        })
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        self.0.public_key()
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.0.algorithm()
    }
}

#[derive(Debug)]
struct Refusal {
    error: Error,
    scheme: SignatureScheme,
}

impl Signer for Refusal {
    fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let error = self.error.clone();
        Err(rustls::Error::Other(OtherError(Arc::new(error))))
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
}
