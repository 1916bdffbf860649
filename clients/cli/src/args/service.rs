//! Options of commands without a key: status, random bytes and hashes.

use std::time::Duration;

use clap::Args;
use parsec_client::Hash;

use super::formats::BytesForm;
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

#[derive(Args)]
pub(crate) struct RandomArguments {
    /// The number of bytes
    pub(crate) count: u64,
    #[command(flatten)]
    pub(crate) form: BytesForm,
}

#[derive(Args)]
pub(crate) struct HashArguments {
    /// The hash function
    #[arg(long, value_name = "HASH", value_parser = hash_function, default_value = "sha-256")]
    pub(crate) algorithm: Hash,
    /// The data: a file of any size, or - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    #[command(flatten)]
    pub(crate) form: BytesForm,
}

#[derive(Args)]
pub(crate) struct CompareHashArguments {
    /// The hash function
    #[arg(value_name = "HASH", value_parser = hash_function)]
    pub(crate) algorithm: Hash,
    /// The known hash: hex, @FILE, or - for standard input
    pub(crate) expected: String,
    /// The data: hex, @FILE of any size, or - for standard input
    pub(crate) data: String,
}
