//! Options for the format and destination of output.

use clap::{Args, ValueEnum};

/// The format of a key.
#[derive(Args)]
pub(crate) struct KeyForm {
    /// Output format: PEM and DER contain PKCS #8 or SubjectPublicKeyInfo, raw the PSA export
    /// format
    #[arg(long, value_enum, default_value_t = KeyFormat::Pem)]
    pub(crate) format: KeyFormat,
    #[command(flatten)]
    pub(crate) to: To,
}

/// The format of bytes.
#[derive(Args)]
pub(crate) struct BytesForm {
    /// Output format
    #[arg(long, value_enum, default_value_t = BytesFormat::Hex)]
    pub(crate) format: BytesFormat,
    #[command(flatten)]
    pub(crate) to: To,
}

/// The destination of output.
#[derive(Args)]
pub(crate) struct To {
    /// Output file; created with mode 0600 for private keys
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<String>,
}

impl To {
    /// Returns the file; `None` for standard output.
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
