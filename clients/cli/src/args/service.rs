//! Options of commands for the service itself: status, clients, and operations without a key.

use std::time::Duration;

use clap::{Args, Subcommand};
use parsec_client::Hash;

use super::formats::{BytesFormat, To};
use super::parse::{hash_function, seconds};

#[derive(Args)]
pub(crate) struct StatusArguments {
    /// Repeat every SECONDS seconds
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = seconds,
        num_args = 0..=1,
        default_missing_value = "2"
    )]
    pub(crate) watch: Option<Duration>,
    /// The service's metrics endpoint: unix:/path or host:port. Default: metrics.sock beside the
    /// service's socket, if it exists
    #[arg(long, value_name = "URL")]
    pub(crate) metrics: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum AdminCommand {
    /// List the clients with their usage
    Clients,
    /// List the keys of all clients that are missing from their device; `revoke` removes one
    Missing,
    /// Print the limits of a client and of all clients together
    Limits(ClientArguments),
    /// Refuse all requests of a client; its keys stay
    Disable(ClientArguments),
    /// Serve a client again
    Enable(ClientArguments),
    /// Destroy a client's key immediately
    Revoke {
        #[command(flatten)]
        client: ClientArguments,
        /// The key
        key: String,
    },
    /// Delete all keys of a client of your own authenticator permanently
    Delete {
        /// The client's name
        name: String,
    },
}

#[derive(Args)]
pub(crate) struct ClientArguments {
    /// The client's name
    pub(crate) name: String,
    /// The client's authenticator, by number or name; default: your own
    #[arg(long, value_name = "AUTHENTICATOR")]
    pub(crate) authenticator: Option<String>,
}

#[derive(Args)]
pub(crate) struct RandomArguments {
    /// The number of bytes
    pub(crate) count: usize,
    /// Output format
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
    /// Output format
    #[arg(long, value_enum, default_value_t = BytesFormat::Hex)]
    pub(crate) format: BytesFormat,
    #[command(flatten)]
    pub(crate) to: To,
}
