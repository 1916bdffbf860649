//! Trusted certificate authorities, and certificates in PEM.

use std::path::Path;

use parsec_contracts::ErrorKind;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_native_certs::{load_certs_from_paths, load_native_certs};

use crate::environment::has_more_rights;
use crate::error::{Error, Result};

/// Adds the certificates in PEM to trusted authorities.
pub(super) fn add_pem(roots: &mut RootCertStore, pem: &[u8]) -> Result<()> {
    for certificate in certificates(pem, "the trusted certificates")? {
        roots.add(certificate).map_err(|error| {
            Error::invalid(
                "one of the trusted certificates is not a valid trust anchor",
                "give the certificates of authorities, in PEM",
            )
            .with_source(error)
        })?;
    }
    Ok(())
}

/// Reads the certificates in PEM; `what` describes them in errors.
pub(super) fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>> {
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

/// Returns the trusted authorities of the machine.
pub(super) fn of_machine() -> Result<RootCertStore> {
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
