//! Errors of rustls as errors of the client.

use parsec_contracts::ErrorKind;
use rustls::OtherError;

use crate::error::Error;

/// The side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Client,
    Server,
}

/// Converts an error of rustls. If signing failed, returns the signature's error.
pub(super) fn failed(error: rustls::Error, role: Role) -> Error {
    if let rustls::Error::Other(OtherError(cause)) = &error
        && let Some(own) = cause.downcast_ref::<Error>()
    {
        return own.clone();
    }
    let advice = match (&error, role) {
        (rustls::Error::InvalidCertificate(_), Role::Client) => {
            "check the server's name and which authorities are trusted"
        }
        (rustls::Error::InvalidCertificate(_), Role::Server) => {
            "check which authorities of client certificates are trusted"
        }
        (rustls::Error::NoCertificatesPresented, _) => {
            "the client needs a certificate of one of the trusted authorities"
        }
        (rustls::Error::AlertReceived(_), Role::Client) => {
            "the server refused: see its log, and check which client certificate it requires"
        }
        (rustls::Error::AlertReceived(_), Role::Server) => {
            "the client refused: see its log, and check whether it trusts the certificate"
        }
        _ => "check that the peer uses TLS, of version 1.2 or newer",
    };
    Error::new(ErrorKind::Protocol, format!("TLS: {error}"), advice).with_source(error)
}
