//! Options of `parsec key`: create, import, export and manage keys.

use clap::{Args, Subcommand, ValueEnum};
use parsec_client::{AnySpec, Hash, KeyUse};

use super::formats::KeyForm;
use super::parse::{hash_function, key_use, kinds};
use crate::generated::KeyMethod;

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
    /// Import a key pair or public key from a file: PEM or DER; PKCS #8, SEC 1 or PKCS #1
    Import(ImportArguments),
    /// Import a key from raw bytes, such as a symmetric key or a secret for derivation
    ImportBytes(ImportBytesArguments),
    /// Copy a key
    Copy {
        /// The key
        name: String,
        /// The name of the copy
        new_name: String,
    },
    /// Rename a key
    Rename {
        /// The key
        name: String,
        /// Its new name
        new_name: String,
    },
    /// Delete a key permanently
    Delete {
        /// The key
        name: String,
    },
    #[command(flatten)]
    Method(KeyMethod),
}

/// Options of a new key.
#[derive(Args)]
pub(crate) struct NewKey {
    /// Padding of RSA signatures
    #[arg(long, value_enum, default_value_t = Padding::Pss)]
    pub(crate) padding: Padding,
    /// Hash function of signatures; default: by the key's kind
    #[arg(long, value_name = "HASH", value_parser = hash_function)]
    pub(crate) hash: Option<Hash>,
    /// Permit exporting the private key
    #[arg(long)]
    pub(crate) exportable: bool,
    /// Permit copying the key
    #[arg(long)]
    pub(crate) copyable: bool,
}

/// Intended uses of a key, from which the client chooses a provider.
#[derive(Args)]
pub(crate) struct Uses {
    /// Require a provider that also supports these uses: streams (data in pieces), wrapping
    /// (encrypting the key with another key)
    #[arg(long, value_name = "USE", value_parser = key_use(), value_delimiter = ',')]
    pub(crate) uses: Vec<KeyUse>,
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
    pub(crate) uses: Uses,
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
    #[command(flatten)]
    pub(crate) new: NewKey,
    #[command(flatten)]
    pub(crate) uses: Uses,
}

#[derive(Args)]
pub(crate) struct ImportBytesArguments {
    /// The name of the new key
    pub(crate) name: String,
    /// The file with the raw bytes; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// Kind of key; the size is taken from the bytes
    #[arg(long = "type", value_name = "KIND", value_parser = kinds())]
    pub(crate) kind: AnySpec,
    #[command(flatten)]
    pub(crate) new: NewKey,
    #[command(flatten)]
    pub(crate) uses: Uses,
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

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Padding {
    Pss,
    Pkcs1,
}
