//! Options of new keys.

use clap::{Args, ValueEnum};
use parsec_client::{Hash, KeyUse};

use super::parse::{hash_function, key_use};

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

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Padding {
    Pss,
    Pkcs1,
}
