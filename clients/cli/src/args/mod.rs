//! The commands and their options.

pub(crate) mod client;
pub(crate) mod formats;
mod key;
pub(crate) mod parse;
mod passphrase;
mod service;
mod use_key;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub(crate) use formats::{BytesForm, BytesFormat, KeyForm, KeyFormat, SignatureFormat, To};
pub(crate) use key::{CreateArguments, ImportArguments, KeyCommand, PublicArguments};
pub(crate) use service::{CompareHashArguments, HashArguments, RandomArguments, StatusArguments};
pub(crate) use use_key::{
    AgreeArguments, CryptArguments, DerivationArguments, DeriveArguments, MacArguments,
    SignArguments, UnwrapArguments, VerifyArguments,
};

use self::parse::seconds;
use crate::failure::EXIT_CODES;
use crate::generated::{AdminMethod, ClientMethod};

/// Named keys in a TPM, in an HSM or in software, through the Parsec service
#[derive(Parser)]
#[command(name = "parsec", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    // First: the heading of the connection applies to all options that follow it.
    /// Print data and errors as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The endpoint of the service and the caller's identity.
#[derive(Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionOptions {
    // The client reads the variables, except in programs with more rights; clap always would.
    /// The service's socket: unix:/path. Default: the environment variable PARSEC_SERVICE_ENDPOINT,
    /// or else the standard paths
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// The application's name, for services with the direct authenticator. Default: the environment
    /// variable PARSEC_APPLICATION
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) application: Option<String>,
    /// The provider: software, pkcs11 or tpm. Default: the preferred one that supports the command
    #[arg(long, global = true, value_name = "PROVIDER")]
    pub(crate) provider: Option<String>,
    /// Seconds to wait for a response
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Find out why the service cannot be used, and print how to fix it
    Doctor {
        /// The service's configuration file, if the service does not run and does not use the
        /// default
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Show the state of the service: whether its devices respond, and its load
    Status(StatusArguments),
    /// List the operations of a provider, or of all
    Opcodes {
        // Another name than that of the global option, which it would hide.
        /// core, software, pkcs11 or tpm; the same as --provider
        #[arg(value_name = "PROVIDER")]
        only: Option<String>,
    },
    /// Create, list, show, export, import and delete keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Print the public key of a key
    Public(PublicArguments),
    /// Sign a file or standard input
    Sign(SignArguments),
    /// Verify the signature of a file or standard input
    Verify(VerifyArguments),
    /// Encrypt a file or standard input with the algorithm of the key's policy
    Encrypt(CryptArguments),
    /// Decrypt a file or standard input; authenticated data is written only after verification
    Decrypt(CryptArguments),
    /// Compute or check the message authentication code of a file or standard input
    Mac(MacArguments),
    /// Derive bytes, or a key, from a key
    Derive(DeriveArguments),
    /// Agree on a shared secret with a peer, and derive bytes or a key from it
    Agree(AgreeArguments),
    /// Import a key that is encrypted with another key
    Unwrap(UnwrapArguments),
    /// List and manage clients; for the service's administrators
    #[command(subcommand)]
    Admin(AdminMethod),
    /// Generate random bytes
    Random(RandomArguments),
    /// Calculate the hash of a file or standard input in the service
    Hash(HashArguments),
    /// Compare the hash of data, calculated in the service, with a known hash
    CompareHash(CompareHashArguments),
    #[command(flatten)]
    Method(ClientMethod),
    /// Print the completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}
