//! The commands and their options.

use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use parsec_client::Hash;

use crate::failure::EXIT_CODES;

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
    /// The service's socket: unix:/path. Without it, the usual places are tried
    #[arg(
        long,
        global = true,
        env = "PARSEC_SERVICE_ENDPOINT",
        value_name = "URL"
    )]
    pub(crate) endpoint: Option<String>,
    /// The application's name, where the service lets callers say who they are
    #[arg(long, global = true, env = "PARSEC_APPLICATION", value_name = "NAME")]
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
    /// Draw random bytes
    Random(RandomArguments),
    /// Hash a file or standard input
    Hash(HashArguments),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

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
    /// Delete a key, for good
    Delete {
        /// The key
        name: String,
    },
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
}

#[derive(Args)]
pub(crate) struct CreateArguments {
    /// The name of the new key
    pub(crate) name: String,
    /// What it shall be
    #[arg(long = "type", value_enum, default_value_t = NewKeyType::EcdsaP256)]
    pub(crate) key_type: NewKeyType,
    #[command(flatten)]
    pub(crate) new: NewKey,
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

/// How a key is written.
#[derive(Args)]
pub(crate) struct KeyForm {
    /// PEM and DER hold PKCS #8 or SubjectPublicKeyInfo, raw what the PSA Crypto API exports
    #[arg(long, value_enum, default_value_t = KeyFormat::Pem)]
    pub(crate) format: KeyFormat,
    #[command(flatten)]
    pub(crate) to: To,
}

/// Where output goes.
#[derive(Args)]
pub(crate) struct To {
    /// Write to a file; a private key's is made for its owner alone
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<String>,
}

impl To {
    /// The file, unless it is standard output.
    pub(crate) fn file(&self) -> Option<&str> {
        self.output.as_deref().filter(|path| *path != "-")
    }
}

#[derive(Args)]
pub(crate) struct SignArguments {
    /// The key
    pub(crate) name: String,
    /// The file; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// The input is a hash already
    #[arg(long)]
    pub(crate) prehashed: bool,
    /// How the signature is written. DER is what openssl takes; raw has r and s in a row
    #[arg(long, value_enum, default_value_t = SignatureFormat::Der)]
    pub(crate) format: SignatureFormat,
    #[command(flatten)]
    pub(crate) to: To,
}

#[derive(Args)]
pub(crate) struct VerifyArguments {
    /// The key
    pub(crate) name: String,
    /// The file with the signature
    pub(crate) signature: String,
    /// The file that was signed; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// The input is a hash already
    #[arg(long)]
    pub(crate) prehashed: bool,
    /// How the signature is written
    #[arg(long, value_enum, default_value_t = SignatureFormat::Der)]
    pub(crate) format: SignatureFormat,
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

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NewKeyType {
    EcdsaP256,
    EcdsaP384,
    EcdsaP521,
    EcdsaSecp256k1,
    EcdsaBrainpoolP256,
    /// 3072 bits where the provider has them, else 2048
    Rsa,
    #[value(name = "rsa-2048")]
    Rsa2048,
    #[value(name = "rsa-3072")]
    Rsa3072,
    #[value(name = "rsa-4096")]
    Rsa4096,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Padding {
    Pss,
    Pkcs1,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyFormat {
    Pem,
    Der,
    Jwk,
    Raw,
    Base64,
    Hex,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignatureFormat {
    Der,
    Raw,
    Base64,
    Hex,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BytesFormat {
    Hex,
    Base64,
    Raw,
}

fn hash_function(name: &str) -> Result<Hash, String> {
    // "sha256" is what people type.
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let known = Hash::ALL.iter().copied();
    known
        .clone()
        .find(|hash| plain(hash.name()) == plain(name))
        .ok_or_else(|| {
            let names: Vec<&str> = known.map(Hash::name).collect();
            format!("there are {}", names.join(", "))
        })
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|timeout| !timeout.is_zero())
        .ok_or_else(|| "a number of seconds is expected, such as 5 or 0.5".to_owned())
}
