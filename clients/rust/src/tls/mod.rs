//! TLS with keys that never leave the service: the key of a client certificate may be in a TPM.
//!
//! [`signing_key`] is for programs that use rustls directly. [`Connection`] is a TLS client
//! connection without a socket, for programs that have their own: bytes in, bytes out.
//!
//! ```no_run
//! use std::io::{Read as _, Write as _};
//! use std::net::TcpStream;
//!
//! use parsec_client::blocking::Client;
//! use parsec_client::tls::{ClientConfig, Connection};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = Client::connect()?.open_signing_key("web-tls")?;
//! let config = ClientConfig::builder()
//!     .roots_pem(&std::fs::read("ca.pem")?)?
//!     .identity(&std::fs::read("chain.pem")?, key)?
//!     .build()?;
//! let mut tls = Connection::new(&config, "server.example.org")?;
//! let mut socket = TcpStream::connect("server.example.org:443")?;
//! let mut buffer = [0; 16 * 1024];
//! while tls.is_handshaking() {
//!     socket.write_all(&tls.to_server())?;
//!     let length = socket.read(&mut buffer)?;
//!     tls.receive(&buffer[..length])?;
//! }
//! tls.send(b"hello")?;
//! socket.write_all(&tls.to_server())?;
//! # Ok(())
//! # }
//! ```

mod connection;
mod signer;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use parsec_contracts::ErrorKind;
use rustls::RootCertStore;
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::sign::CertifiedKey;
use rustls_native_certs::{load_certs_from_paths, load_native_certs};

pub use connection::Connection;
pub use signer::signing_key;

use crate::blocking;
use crate::environment::has_more_rights;
use crate::error::{Error, Result};

/// The configuration of TLS clients: trusted roots and identity. Clones are cheap.
#[derive(Clone)]
pub struct ClientConfig {
    inner: Arc<rustls::ClientConfig>,
}

impl ClientConfig {
    /// Returns a builder. By default the client trusts the machine's roots and has no certificate.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder {
            roots: None,
            identity: None,
            alpn: Vec::new(),
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
    identity: Option<Arc<CertifiedKey>>,
    alpn: Vec<Vec<u8>>,
}

impl ConfigBuilder {
    /// Adds trusted certificate authorities in PEM, instead of those of the machine. May be called
    /// again for more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the PEM contains no certificate.
    pub fn roots_pem(mut self, pem: &[u8]) -> Result<Self> {
        let roots = self.roots.get_or_insert_with(RootCertStore::empty);
        for certificate in certificates(pem, "the trusted certificates")? {
            roots.add(certificate).map_err(|error| {
                Error::invalid(
                    "one of the trusted certificates is not a valid trust anchor",
                    "give the certificates of authorities, in PEM",
                )
                .with_source(error)
            })?;
        }
        Ok(self)
    }

    /// Sets the client's certificate chain, the key's certificate first, and the key that signs.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the PEM contains no certificate, or the first is for
    /// another key, and [`ErrorKind::NotSupported`] if TLS does not support the key's signatures.
    pub fn identity(mut self, chain_pem: &[u8], key: blocking::SigningKey) -> Result<Self> {
        let chain = certificates(chain_pem, "the certificate chain")?;
        let name = key.name().to_owned();
        let described = key.public_key().description();
        let identity = CertifiedKey::new(chain, signing_key(key)?);
        match identity.keys_match() {
            Ok(()) => {}
            Err(error) => {
                return Err(Error::invalid(
                    format!("the first certificate of the chain is not for this key ({described})"),
                    "give the certificate issued for this key first, and then those of its issuers",
                )
                .with_key_name(&name)
                .with_source(error));
            }
        }
        self.identity = Some(Arc::new(identity));
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

    /// Returns the configuration.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if no roots are set and the machine has none.
    pub fn build(self) -> Result<ClientConfig> {
        let roots = match self.roots {
            Some(roots) => roots,
            None => roots_of_machine()?,
        };
        let builder = rustls::ClientConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .map_err(connection::failed)?
            .with_root_certificates(roots);
        let mut config = match self.identity {
            Some(identity) => builder.with_client_cert_resolver(Arc::new(Always(identity))),
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
        _sigschemes: &[rustls::SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let advice = "give PEM with the label CERTIFICATE";
    let found = found.map_err(|error| {
        Error::invalid(format!("{what} cannot be read as PEM"), advice).with_source(error)
    })?;
    if found.is_empty() {
        return Err(Error::invalid(
            format!("there is no certificate in {what}"),
            advice,
        ));
    }
    Ok(found)
}

/// Reads the machine's trusted roots from the places that distributions use.
const BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

fn roots_of_machine() -> Result<RootCertStore> {
    let loaded = match has_more_rights() {
        false => load_native_certs(),
        // The crate's other function reads SSL_CERT_FILE and SSL_CERT_DIR.
        true => {
            let file = BUNDLES.iter().map(Path::new).find(|file| file.is_file());
            load_certs_from_paths(file, None)
        }
    };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(loaded.certs);
    if roots.is_empty() {
        let error = Error::new(
            ErrorKind::InvalidArgument,
            "this machine has no trusted certificate authorities",
            "set trusted roots, or install the package ca-certificates",
        );
        return Err(match loaded.errors.into_iter().next() {
            Some(cause) => error.with_source(cause),
            None => error,
        });
    }
    Ok(roots)
}
