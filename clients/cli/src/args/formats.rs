//! How output is written, and where it goes.

use clap::{Args, ValueEnum};

/// How a key is written.
#[derive(Args)]
pub(crate) struct KeyForm {
    /// PEM and DER hold PKCS #8 or SubjectPublicKeyInfo, raw what the PSA Crypto API exports
    #[arg(long, value_enum, default_value_t = KeyFormat::Pem)]
    pub(crate) format: KeyFormat,
    #[command(flatten)]
    pub(crate) to: To,
}

/// Where output goes.
#[derive(Args)]
pub(crate) struct To {
    /// Write to a file; a private key's is made for its owner alone
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<String>,
}

impl To {
    /// The file, unless it is standard output.
    pub(crate) fn file(&self) -> Option<&str> {
        self.output.as_deref().filter(|path| *path != "-")
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyFormat {
    Pem,
    Der,
    Jwk,
    Raw,
    Base64,
    Hex,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignatureFormat {
    Der,
    Raw,
    Base64,
    Hex,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BytesFormat {
    Hex,
    Base64,
    Raw,
}
