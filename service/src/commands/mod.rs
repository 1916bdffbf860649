//! Subcommands of `parsec-service`: managing the files that it writes.

mod audit;
mod store;

use std::process::ExitCode;

use clap::Subcommand;
use parsec_service::{Config, ServiceError};

/// Reads the configuration, for commands that need it.
pub(crate) type ReadConfig<'a> = &'a dyn Fn() -> Result<Config, ServiceError>;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Verify the audit log
    #[command(subcommand)]
    Audit(audit::Command),
    /// Check, back up and change the key store
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
