//! Options of `parsec key`: create, import, export and manage keys.

use clap::{Args, Subcommand};
use parsec_client::AnySpec;

use super::formats::KeyForm;
use super::parse::kinds;
use super::passphrase::Passphrase;
use crate::generated::{KeyMethod, NewKey, Placement};

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Generate a new key
    Create(CreateArguments),
    /// List the keys of this application
    List,
    /// Show a key's type, policy and provider
    Show {
        /// The key
        name: String,
        /// Also print the public key, as PEM
        #[arg(long)]
        public: bool,
    },
    /// Print the public key, or the private key with --private
    Export(ExportArguments),
    /// Import a key from a file
    ///
    /// The file is PEM or DER of PKCS #8, SEC 1, PKCS #1, a public key or a certificate, an OpenSSH
    /// key, a JSON Web Key, or PKCS #12.
    Import(ImportArguments),
    #[command(flatten)]
    Method(KeyMethod),
}

#[derive(Args)]
pub(crate) struct CreateArguments {
    /// The name of the new key
    pub(crate) name: String,
    /// Kind of key
    #[arg(long = "type", value_name = "KIND", value_parser = kinds(), default_value = "ecdsa-p256")]
    pub(crate) kind: AnySpec,
    #[command(flatten)]
    pub(crate) new: NewKey,
    #[command(flatten)]
    pub(crate) placement: Placement,
    /// Succeed if the key exists and has the requested attributes
    #[arg(long)]
    pub(crate) if_missing: bool,
}

#[derive(Args)]
pub(crate) struct ImportArguments {
    /// The name of the new key
    pub(crate) name: String,
    /// The file; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// Kind of key. Default: signing with the key of the file; X25519 for key agreement
    #[arg(long = "type", value_name = "KIND", value_parser = kinds())]
    pub(crate) kind: Option<AnySpec>,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
    #[command(flatten)]
    pub(crate) new: NewKey,
    #[command(flatten)]
    pub(crate) placement: Placement,
}

#[derive(Args)]
pub(crate) struct ExportArguments {
    /// The key
    pub(crate) name: String,
    /// Export the private key, which must be exportable
    #[arg(long)]
    pub(crate) private: bool,
    #[command(flatten)]
    pub(crate) form: KeyForm,
}

#[derive(Args)]
pub(crate) struct PublicArguments {
    /// The key
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) form: KeyForm,
}
