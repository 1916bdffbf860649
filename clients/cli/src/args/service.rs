//! Options of commands without a key: status and random bytes.

use std::time::Duration;

use clap::Args;

use super::formats::BytesForm;
use super::parse::seconds;

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
    pub(crate) count: usize,
    #[command(flatten)]
    pub(crate) form: BytesForm,
}
