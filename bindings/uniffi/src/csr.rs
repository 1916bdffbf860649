//! Certificate signing requests.

use parsec_client::Csr;

/// A certificate signing request (RFC 2986).
#[derive(Debug, Clone, uniffi::Record)]
pub struct NativeCsr {
    /// The request in DER.
    pub der: Vec<u8>,
    /// The request in PEM, with the label `CERTIFICATE REQUEST`.
    pub pem: String,
}

impl From<Csr> for NativeCsr {
    fn from(csr: Csr) -> Self {
        Self {
            der: csr.to_der(),
            pem: csr.to_pem(),
        }
    }
}
