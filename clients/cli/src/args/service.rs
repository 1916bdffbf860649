//! The service itself: its health, its clients, and what it does without a key.

use std::time::Duration;

use clap::{Args, Subcommand};
use parsec_client::Hash;

use super::formats::{BytesFormat, To};
use super::parse::{hash_function, seconds};

#[derive(Args)]
pub(crate) struct StatusArguments {
    /// Show it again and again, every so many seconds
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = seconds,
        num_args = 0..=1,
        default_missing_value = "2"
    )]
    pub(crate) watch: Option<Duration>,
    /// Where the service tells numbers of itself: unix:/path or host:port. Without it,
    /// metrics.sock beside the service's socket, if that is there
    #[arg(long, value_name = "URL")]
    pub(crate) metrics: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum AdminCommand {
    /// List the clients, with what each has and did
    Clients,
    /// List the keys of all clients that are missing from their device; `revoke` removes one for good
    Missing,
    /// Print what a client may have, and what all may have together
    Limits(ClientArguments),
    /// Refuse all requests of a client from now on; its keys stay
    Disable(ClientArguments),
    /// Serve a client again
    Enable(ClientArguments),
    /// Destroy a client's key at once
    Revoke {
        #[command(flatten)]
        client: ClientArguments,
        /// The key
        key: String,
    },
    /// Delete all keys of a client that your own authenticator vouches for, for good
    Delete {
        /// The client's name
        name: String,
    },
}

#[derive(Args)]
pub(crate) struct ClientArguments {
    /// The client's name
    pub(crate) name: String,
    /// The authenticator that vouches for it, by its number or name; without it, your own
    #[arg(long, value_name = "AUTHENTICATOR")]
    pub(crate) authenticator: Option<String>,
}

#[derive(Args)]
pub(crate) struct RandomArguments {
    /// How many bytes
    pub(crate) count: usize,
    /// How they are written
    #[arg(long, value_enum, default_value_t = BytesFormat::Hex)]
    pub(crate) format: BytesFormat,
    #[command(flatten)]
    pub(crate) to: To,
}

#[derive(Args)]
pub(crate) struct HashArguments {
    /// The file; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// The hash function
    #[arg(long, value_name = "HASH", value_parser = hash_function, default_value = "sha-256")]
    pub(crate) algorithm: Hash,
    /// How the hash is written
    #[arg(long, value_enum, default_value_t = BytesFormat::Hex)]
    pub(crate) format: BytesFormat,
    #[command(flatten)]
    pub(crate) to: To,
}
