//! Errors of key formats.

use std::fmt;

use parsec_contracts::ErrorKind;

use crate::error::Error;

/// The source of the error for an encrypted key without a pass phrase.
#[derive(Debug)]
pub(super) struct PassphraseMissing;

impl fmt::Display for PassphraseMissing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no pass phrase was given")
    }
}

impl std::error::Error for PassphraseMissing {}

/// Returns the error for a malformed key.
pub(super) fn malformed(what: impl fmt::Display) -> Error {
    Error::invalid(
        format!("the key {what}"),
        "give PKCS #8, SEC 1, PKCS #1, a SubjectPublicKeyInfo or a certificate in PEM or DER, an \
         OpenSSH key, a JSON Web Key, or PKCS #12",
    )
}

/// Returns the error for a key in a format that can be converted.
pub(super) fn convertible(what: impl fmt::Display, command: impl fmt::Display) -> Error {
    Error::new(
        ErrorKind::NotSupported,
        format!("the key {what}, which this client does not read"),
        format!("convert it: {command}"),
    )
}

/// Returns the error for a key of an algorithm or curve that the client does not support.
pub(super) fn unsupported(what: impl fmt::Display) -> Error {
    Error::new(
        ErrorKind::NotSupported,
        format!("this client supports no format for keys of {what}"),
        "use RSA, or a key on a curve of NIST, Brainpool, secp256k1 or RFC 7748",
    )
}

/// Returns the error for an encrypted key without a pass phrase.
pub(super) fn encrypted() -> Error {
    Error::invalid("the key is encrypted", "give its pass phrase").with_source(PassphraseMissing)
}

/// Returns the error for a pass phrase that does not decrypt the key.
pub(super) fn wrong_passphrase() -> Error {
    Error::invalid(
        "the pass phrase does not decrypt the key",
        "check the pass phrase; if it is right, the key is damaged",
    )
}
