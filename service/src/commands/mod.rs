//! What `parsec-service` does besides serving: looking after what it has written.

mod audit;
mod store;

use std::process::ExitCode;

use clap::Subcommand;
use parsec_service::{Config, ServiceError};

/// How the configuration is read, where a command needs it.
pub(crate) type ReadConfig<'a> = &'a dyn Fn() -> Result<Config, ServiceError>;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Look after the log of security events
    #[command(subcommand)]
    Audit(audit::Command),
    /// Look after the key store
    #[command(subcommand)]
    Store(store::Command),
}

impl Command {
    pub(crate) fn run(&self, read: ReadConfig<'_>) -> Result<ExitCode, ServiceError> {
        match self {
            Self::Audit(command) => command.run(read),
            Self::Store(command) => command.run(read),
        }
    }
}
