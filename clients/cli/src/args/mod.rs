//! The commands and their options.

mod formats;
mod key;
pub(crate) mod parse;
mod service;
mod use_key;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub(crate) use formats::{BytesFormat, KeyForm, KeyFormat, SignatureFormat, To};
pub(crate) use key::{
    CreateArguments, ImportArguments, KeyCommand, NewKey, Padding, PublicArguments,
};
pub(crate) use service::{
    AdminCommand, ClientArguments, HashArguments, RandomArguments, StatusArguments,
};
pub(crate) use use_key::{
    AgreeArguments, CryptArguments, CsrArguments, DerivationArguments, DeriveArguments,
    MacArguments, SignArguments, UnwrapArguments, VerifyArguments, WrapArguments,
};

use self::parse::seconds;
use crate::failure::EXIT_CODES;
use crate::generated::ClientMethod;

/// Keys that live in a TPM, in an HSM or in the Parsec service itself, by name
#[derive(Parser)]
#[command(name = "parsec", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) connection: Connection,
    /// Print data as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the service is, and who is calling.
#[derive(Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    // The client reads the variables, and knows when it must not; clap does not.
    /// The service's socket: unix:/path. Without it, the environment's PARSEC_SERVICE_ENDPOINT or
    /// else the usual places
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// The application's name, where the service lets callers say who they are. Without it, the
    /// environment's PARSEC_APPLICATION
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) application: Option<String>,
    /// Use this provider: software, pkcs11 or tpm. Without it, the best that can do the job
    #[arg(long, global = true, value_name = "PROVIDER")]
    pub(crate) provider: Option<String>,
    /// Seconds to wait for an answer
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Ask the service whether it is there, and which protocol it speaks
    Ping,
    /// Look for what keeps this from working, and say what to do about it
    Doctor {
        /// The service's configuration, if it does not run and has another than the usual one
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Show how the service is: whether its devices answer, and what it has to do
    Status(StatusArguments),
    /// List the providers, the preferred one first
    Providers,
    /// List the ways to say who is calling
    Authenticators,
    /// List the operations of a provider, or of all
    Opcodes {
        /// core, software, pkcs11 or tpm
        provider: Option<String>,
    },
    /// Make, list, show, export, import and delete keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Print the public key of a key
    Public(PublicArguments),
    /// Sign a file or standard input
    Sign(SignArguments),
    /// Verify the signature of a file or standard input
    Verify(VerifyArguments),
    /// Print a request for a certificate of a key
    Csr(CsrArguments),
    /// Encrypt a file or standard input, as the key's policy says
    Encrypt(CryptArguments),
    /// Decrypt a file or standard input; nothing is written before it is known to be right
    Decrypt(CryptArguments),
    /// Authenticate a file or standard input, or check its authentication code
    Mac(MacArguments),
    /// Derive bytes, or a key, from a key
    Derive(DeriveArguments),
    /// Derive bytes, or a key, from the secret shared with the holder of another key
    Agree(AgreeArguments),
    /// Print a key encrypted under another, for backup or another host
    Wrap(WrapArguments),
    /// Bring in a key that is encrypted under another
    Unwrap(UnwrapArguments),
    /// See and rule clients; for the service's administrators
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Draw random bytes
    Random(RandomArguments),
    /// Hash a file or standard input
    Hash(HashArguments),
    #[command(flatten)]
    Method(ClientMethod),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}
