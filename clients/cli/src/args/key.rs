//! Making keys, bringing them in and out, and looking after them.

use clap::{Args, Subcommand, ValueEnum};
use parsec_client::{AnySpec, Hash, KeyUse};

use super::formats::KeyForm;
use super::parse::{hash_function, key_use, kinds};
use crate::generated::KeyMethod;

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a new key
    Create(CreateArguments),
    /// List the keys of this application
    List,
    /// Show what a key is and may be used for
    Show {
        /// The key
        name: String,
        /// The public key too, as PEM
        #[arg(long)]
        public: bool,
    },
    /// Print the public key, or with --private the private key
    Export(ExportArguments),
    /// Bring in a key from a file: PEM or DER; PKCS #8, SEC 1, PKCS #1 or a public key
    Import(ImportArguments),
    /// Bring in a key that is bytes, such as a symmetric key or a secret to derive from
    ImportBytes(ImportBytesArguments),
    /// Make a second key of the same material
    Copy {
        /// The key
        name: String,
        /// The name of the copy
        new_name: String,
    },
    /// Give a key another name
    Rename {
        /// The key
        name: String,
        /// Its new name
        new_name: String,
    },
    /// Delete a key, for good
    Delete {
        /// The key
        name: String,
    },
    #[command(flatten)]
    Method(KeyMethod),
}

/// What a new key shall be.
#[derive(Args)]
pub(crate) struct NewKey {
    /// The padding of RSA signatures
    #[arg(long, value_enum, default_value_t = Padding::Pss)]
    pub(crate) padding: Padding,
    /// The hash function of signatures; without it, what suits the key
    #[arg(long, value_name = "HASH", value_parser = hash_function)]
    pub(crate) hash: Option<Hash>,
    /// Let the private key be exported
    #[arg(long)]
    pub(crate) exportable: bool,
    /// Let the key be copied
    #[arg(long)]
    pub(crate) copyable: bool,
}

/// What a key that the client chooses a provider for will be used for.
#[derive(Args)]
pub(crate) struct Uses {
    /// What else the key will be used for, so that it is kept by a provider that can do it: streams
    /// (data in pieces), wrapping (being encrypted under another key)
    #[arg(long, value_name = "USE", value_parser = key_use(), value_delimiter = ',')]
    pub(crate) uses: Vec<KeyUse>,
}

#[derive(Args)]
pub(crate) struct CreateArguments {
    /// The name of the new key
    pub(crate) name: String,
    /// What it shall be
    #[arg(long = "type", value_name = "KIND", value_parser = kinds(), default_value = "ecdsa-p256")]
    pub(crate) kind: AnySpec,
    #[command(flatten)]
    pub(crate) new: NewKey,
    #[command(flatten)]
    pub(crate) uses: Uses,
    /// Succeed if the key is there already and is what is asked for
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
    /// The file, as it is; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// What the key is; its size is found out
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
    /// The private key, which has to be exportable
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
