//! Options of commands that use keys.

use clap::Args;
use parsec_client::{AnySpec, Hash};

use super::formats::{BytesForm, SignatureFormat, To};
use super::parse::{hash_function, kinds};
use crate::generated::NewKey;

#[derive(Args)]
pub(crate) struct SignArguments {
    /// The key
    pub(crate) name: String,
    /// The file; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// The input is a hash, not the message
    #[arg(long)]
    pub(crate) prehashed: bool,
    /// Signature format: der for openssl, raw for r and s concatenated
    #[arg(long, value_enum, default_value_t = SignatureFormat::Der)]
    pub(crate) format: SignatureFormat,
    #[command(flatten)]
    pub(crate) to: To,
}

#[derive(Args)]
pub(crate) struct VerifyArguments {
    /// The key
    pub(crate) name: String,
    /// The file with the signature
    pub(crate) signature: String,
    /// The file that was signed; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// The input is a hash, not the message
    #[arg(long)]
    pub(crate) prehashed: bool,
    /// Signature format
    #[arg(long, value_enum, default_value_t = SignatureFormat::Der)]
    pub(crate) format: SignatureFormat,
}

#[derive(Args)]
pub(crate) struct CryptArguments {
    /// The key
    pub(crate) name: String,
    /// The file; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// Associated data: authenticated, but neither encrypted nor stored; decryption needs the same
    /// text
    #[arg(long, value_name = "TEXT")]
    pub(crate) context: Option<String>,
    #[command(flatten)]
    pub(crate) to: To,
}

#[derive(Args)]
pub(crate) struct MacArguments {
    /// The key
    pub(crate) name: String,
    /// The file; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// Check this code instead of printing one
    #[arg(long, value_name = "HEX")]
    pub(crate) check: Option<String>,
    #[command(flatten)]
    pub(crate) form: BytesForm,
}

/// Inputs and output of a derivation.
#[derive(Args)]
pub(crate) struct DerivationArguments {
    /// The salt
    #[arg(long, value_name = "HEX")]
    pub(crate) salt: Option<String>,
    /// HKDF: context information
    #[arg(long, value_name = "TEXT")]
    pub(crate) info: Option<String>,
    /// TLS 1.2: the label
    #[arg(long, value_name = "TEXT")]
    pub(crate) label: Option<String>,
    /// TLS 1.2: the seed
    #[arg(long, value_name = "TEXT")]
    pub(crate) seed: Option<String>,
    /// PBKDF2: number of iterations
    #[arg(long, value_name = "COUNT")]
    pub(crate) cost: Option<u64>,
    /// Number of bytes to print
    #[arg(long, default_value_t = 32)]
    pub(crate) length: u32,
    /// Create a key with this name instead of printing bytes; nothing leaves the service
    #[arg(long, value_name = "NAME")]
    pub(crate) to_key: Option<String>,
    /// Kind of the new key
    #[arg(long = "type", value_name = "KIND", value_parser = kinds(), default_value = "aes-256-gcm")]
    pub(crate) kind: AnySpec,
    #[command(flatten)]
    pub(crate) new: NewKey,
    #[command(flatten)]
    pub(crate) form: BytesForm,
}

#[derive(Args)]
pub(crate) struct DeriveArguments {
    /// The key
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) how: DerivationArguments,
}

#[derive(Args)]
pub(crate) struct AgreeArguments {
    /// The key
    pub(crate) name: String,
    /// The file with the peer's public key: PEM, DER or raw; - for standard input
    #[arg(default_value = "-")]
    pub(crate) peer: String,
    /// Print the shared secret itself, without HKDF
    #[arg(long)]
    pub(crate) raw: bool,
    /// The hash function of HKDF
    #[arg(long = "kdf-hash", value_name = "HASH", value_parser = hash_function, default_value = "sha-256")]
    pub(crate) kdf_hash: Hash,
    #[command(flatten)]
    pub(crate) how: DerivationArguments,
}

#[derive(Args)]
pub(crate) struct UnwrapArguments {
    /// The key to decrypt with
    pub(crate) wrapping_key: String,
    /// The name of the new key
    pub(crate) name: String,
    /// The file; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// Kind of key; the size is taken from the data
    #[arg(long = "type", value_name = "KIND", value_parser = kinds())]
    pub(crate) kind: AnySpec,
    #[command(flatten)]
    pub(crate) new: NewKey,
}
