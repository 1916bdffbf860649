//! Configuration of TLS servers.

use std::fmt;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;

use super::failure::{Role, failed};
use super::identity::Identity;
use super::roots;
use super::version::{Version, between};
use crate::blocking;
use crate::error::{Error, Result};

/// The configuration of TLS servers: certificates with keys of the service, and the clients to accept.
/// Clones are cheap.
///
/// ```no_run
/// use std::io::{Read as _, Write as _};
/// use std::net::TcpListener;
///
/// use parsec_client::blocking::Client;
/// use parsec_client::tls::{Connection, ServerConfig};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = Client::connect()?.open_signing_key("web-tls")?;
/// let config = ServerConfig::builder()
///     .identity(&std::fs::read("chain.pem")?, key)?
///     .build()?;
/// let (mut socket, _) = TcpListener::bind("0.0.0.0:443")?.accept()?;
/// let mut tls = Connection::accept(&config)?;
/// let mut buffer = [0; 16 * 1024];
/// while tls.is_handshaking() {
///     let length = socket.read(&mut buffer)?;
///     let outcome = tls.receive(&buffer[..length]);
///     socket.write_all(&tls.to_peer())?;
///     outcome?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ServerConfig {
    pub(super) inner: Arc<rustls::ServerConfig>,
}

impl ServerConfig {
    /// Returns a builder. By default the server requests no certificate of its clients.
    pub fn builder() -> ServerConfigBuilder {
        ServerConfigBuilder {
            identities: Vec::new(),
            clients: None,
            optional: false,
            alpn: Vec::new(),
            versions: (Version::Tls12, Version::Tls13),
        }
    }
}

impl fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerConfig").finish_non_exhaustive()
    }
}

/// Builder of a [`ServerConfig`].
pub struct ServerConfigBuilder {
    identities: Vec<Identity>,
    clients: Option<RootCertStore>,
    optional: bool,
    alpn: Vec<Vec<u8>>,
    versions: (Version, Version),
}

impl ServerConfigBuilder {
    /// Adds a certificate chain, the key's certificate first, and the key that signs. With several,
    /// each connection uses the first that is for the name which the client requests (SNI) and whose
    /// key signs as the client accepts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the PEM contains no certificate, or the first is for
    /// another key, and [`ErrorKind::NotSupported`] if TLS does not support the key's signatures.
    ///
    /// [`ErrorKind::InvalidArgument`]: parsec_contracts::ErrorKind::InvalidArgument
    /// [`ErrorKind::NotSupported`]: parsec_contracts::ErrorKind::NotSupported
    pub fn identity(mut self, chain_pem: &[u8], key: blocking::SigningKey) -> Result<Self> {
        self.identities.push(Identity::new(chain_pem, key)?);
        Ok(self)
    }

    /// Requires a certificate of each client, issued by one of these authorities in PEM. May be called
    /// again for more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](parsec_contracts::ErrorKind::InvalidArgument) if the PEM
    /// contains no certificate.
    pub fn client_roots_pem(mut self, pem: &[u8]) -> Result<Self> {
        let trusted = self.clients.get_or_insert_with(RootCertStore::empty);
        roots::add_pem(trusted, pem)?;
        Ok(self)
    }

    /// Accepts clients without a certificate too. A certificate that is sent must still be valid.
    #[must_use]
    pub fn client_certificates_optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Sets the protocols that the server supports, the best first (RFC 7301): `h2`, `http/1.1`.
    /// A client that offers only other protocols is refused.
    #[must_use]
    pub fn alpn(mut self, protocols: &[&str]) -> Self {
        self.alpn = protocols
            .iter()
            .map(|protocol| protocol.as_bytes().to_vec())
            .collect();
        self
    }

    /// Sets the oldest and the latest version to accept. Default: all.
    #[must_use]
    pub fn versions(mut self, min: Version, max: Version) -> Self {
        self.versions = (min, max);
        self
    }

    /// Returns the configuration.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidArgument`] if there is no identity, or no version between the oldest and
    ///   the latest.
    /// - [`ErrorKind::NotSupported`] if a key has the padding of PKCS #1 version 1.5 and TLS 1.3 is
    ///   accepted.
    ///
    /// [`ErrorKind::InvalidArgument`]: parsec_contracts::ErrorKind::InvalidArgument
    /// [`ErrorKind::NotSupported`]: parsec_contracts::ErrorKind::NotSupported
    pub fn build(self) -> Result<ServerConfig> {
        let (min, max) = self.versions;
        if self.identities.is_empty() {
            return Err(Error::invalid(
                "a TLS server needs a certificate and its key",
                "add an identity",
            ));
        }
        if max == Version::Tls13 {
            for identity in &self.identities {
                identity.check_tls13()?;
            }
        }
        let provider: Arc<CryptoProvider> = ring::default_provider().into();
        let versions = between(min, max)?;
        let builder = rustls::ServerConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&versions)
            .map_err(|error| failed(error, Role::Server))?;
        let builder = match self.clients {
            None => builder.with_no_client_auth(),
            Some(trusted) => {
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(trusted.into(), provider);
                let verifier = match self.optional {
                    true => verifier.allow_unauthenticated(),
                    false => verifier,
                };
                builder.with_client_cert_verifier(verifier.build().map_err(|error| {
                    Error::invalid(
                        "the authorities of client certificates cannot be used",
                        "give the certificates of authorities, in PEM",
                    )
                    .with_source(error)
                })?)
            }
        };
        let mut config = builder.with_cert_resolver(Arc::new(ByName(self.identities)));
        config.alpn_protocols = self.alpn;
        Ok(ServerConfig {
            inner: Arc::new(config),
        })
    }
}

impl fmt::Debug for ServerConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerConfigBuilder")
            .finish_non_exhaustive()
    }
}

/// Selects a certificate by the client's name and its signature schemes.
#[derive(Debug)]
struct ByName(Vec<Identity>);

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let signs = |identity: &&Identity| identity.signs(hello.signature_schemes());
        let named = |identity: &&Identity| {
            hello
                .server_name()
                .is_some_and(|name| identity.is_for(name))
        };
        let all = || self.0.iter();
        // Without a match the first one is sent: the client reports the difference better than an alert.
        let chosen = all()
            .filter(named)
            .find(signs)
            .or_else(|| all().find(named))
            .or_else(|| all().find(signs))
            .or_else(|| self.0.first())?;
        Some(chosen.certified.clone())
    }
}
