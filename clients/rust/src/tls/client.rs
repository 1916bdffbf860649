//! Configuration of TLS clients.

use std::fmt;
use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::crypto::ring;
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, SignatureScheme};

use super::failure::{Role, failed};
use super::identity::Identity;
use super::roots;
use super::version::{Version, between};
use crate::blocking;
use crate::error::Result;

/// The configuration of TLS clients: trusted roots and identity. Clones are cheap.
#[derive(Clone)]
pub struct ClientConfig {
    pub(super) inner: Arc<rustls::ClientConfig>,
}

impl ClientConfig {
    /// Returns a builder. By default the client trusts the machine's roots and has no certificate.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder {
            roots: None,
            identity: None,
            alpn: Vec::new(),
            versions: (Version::Tls12, Version::Tls13),
        }
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig").finish_non_exhaustive()
    }
}

/// Builder of a [`ClientConfig`].
pub struct ConfigBuilder {
    roots: Option<RootCertStore>,
    identity: Option<Identity>,
    alpn: Vec<Vec<u8>>,
    versions: (Version, Version),
}

impl ConfigBuilder {
    /// Adds trusted certificate authorities in PEM, instead of those of the machine. May be called
    /// again for more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](parsec_contracts::ErrorKind::InvalidArgument) if the PEM
    /// contains no certificate.
    pub fn roots_pem(mut self, pem: &[u8]) -> Result<Self> {
        let trusted = self.roots.get_or_insert_with(RootCertStore::empty);
        roots::add_pem(trusted, pem)?;
        Ok(self)
    }

    /// Sets the client's certificate chain, the key's certificate first, and the key that signs.
    ///
    /// A key with the padding of PKCS #1 version 1.5 signs in TLS 1.2 only: with a server that selects
    /// TLS 1.3, the handshake fails with [`ErrorKind::NotSupported`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the PEM contains no certificate, or the first is for
    /// another key, and [`ErrorKind::NotSupported`] if TLS does not support the key's signatures.
    ///
    /// [`ErrorKind::InvalidArgument`]: parsec_contracts::ErrorKind::InvalidArgument
    /// [`ErrorKind::NotSupported`]: parsec_contracts::ErrorKind::NotSupported
    pub fn identity(mut self, chain_pem: &[u8], key: blocking::SigningKey) -> Result<Self> {
        self.identity = Some(Identity::new(chain_pem, key)?);
        Ok(self)
    }

    /// Sets the protocols to offer, the best first (RFC 7301): `h2`, `http/1.1`.
    #[must_use]
    pub fn alpn(mut self, protocols: &[&str]) -> Self {
        self.alpn = protocols
            .iter()
            .map(|protocol| protocol.as_bytes().to_vec())
            .collect();
        self
    }

    /// Sets the oldest and the latest version to offer. Default: all.
    #[must_use]
    pub fn versions(mut self, min: Version, max: Version) -> Self {
        self.versions = (min, max);
        self
    }

    /// Returns the configuration.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](parsec_contracts::ErrorKind::InvalidArgument) if no roots are
    /// set and the machine has none, or there is no version between the oldest and the latest.
    pub fn build(self) -> Result<ClientConfig> {
        let (min, max) = self.versions;
        if let (Version::Tls13, Some(identity)) = (min, &self.identity) {
            identity.check_tls13()?;
        }
        let trusted = match self.roots {
            Some(trusted) => trusted,
            None => roots::of_machine()?,
        };
        let builder = rustls::ClientConfig::builder_with_provider(ring::default_provider().into())
            .with_protocol_versions(&between(min, max)?)
            .map_err(|error| failed(error, Role::Client))?
            .with_root_certificates(trusted);
        let mut config = match self.identity {
            Some(identity) => {
                builder.with_client_cert_resolver(Arc::new(Always(identity.certified)))
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = self.alpn;
        Ok(ClientConfig {
            inner: Arc::new(config),
        })
    }
}

impl fmt::Debug for ConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigBuilder").finish_non_exhaustive()
    }
}

/// Always returns the same certificate.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesClientCert for Always {
    fn resolve(
        &self,
        _root_hint_subjects: &[&[u8]],
        _sigschemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}
