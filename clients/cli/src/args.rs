//! The commands and their options.

use std::path::PathBuf;
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
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

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
    /// Bring in a key that is bytes, such as a symmetric key or a secret to derive from
    ImportBytes(ImportBytesArguments),
    /// Make a second key of the same material
    Copy {
        /// The key
        name: String,
        /// The name of the copy
        new_name: String,
    },
    /// Give a key another name
    Rename {
        /// The key
        name: String,
        /// Its new name
        new_name: String,
    },
    /// Delete a key, for good
    Delete {
        /// The key
        name: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum AdminCommand {
    /// List the clients, with what each has and did
    Clients,
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
    /// Let the key be copied
    #[arg(long)]
    pub(crate) copyable: bool,
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
pub(crate) struct ImportBytesArguments {
    /// The name of the new key
    pub(crate) name: String,
    /// The file, as it is; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// What the key is; its size is found out
    #[arg(long = "type", value_enum)]
    pub(crate) key_type: NewKeyType,
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
pub(crate) struct CsrArguments {
    /// The key
    pub(crate) name: String,
    /// Whose certificate it shall be: CN=web,O=Example
    #[arg(long)]
    pub(crate) subject: String,
    /// A name of a host that it shall be for; may be given again
    #[arg(long = "dns", value_name = "NAME")]
    pub(crate) dns_names: Vec<String>,
    #[command(flatten)]
    pub(crate) to: To,
}

#[derive(Args)]
pub(crate) struct CryptArguments {
    /// The key
    pub(crate) name: String,
    /// The file; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// What the data belongs to: protected, but neither encrypted nor stored; the same text is
    /// needed for decryption
    #[arg(long, value_name = "TEXT")]
    pub(crate) context: Option<String>,
    #[command(flatten)]
    pub(crate) to: To,
}

#[derive(Args)]
pub(crate) struct MacArguments {
    /// The key
    pub(crate) name: String,
    /// The file; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// Check this code instead of printing one
    #[arg(long, value_name = "HEX")]
    pub(crate) check: Option<String>,
    /// How the code is written
    #[arg(long, value_enum, default_value_t = BytesFormat::Hex)]
    pub(crate) format: BytesFormat,
    #[command(flatten)]
    pub(crate) to: To,
}

/// What a derivation is made from, and what comes out.
#[derive(Args)]
pub(crate) struct DerivationArguments {
    /// The salt
    #[arg(long, value_name = "HEX")]
    pub(crate) salt: Option<String>,
    /// HKDF: what the output is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) info: Option<String>,
    /// TLS 1.2: the label
    #[arg(long, value_name = "TEXT")]
    pub(crate) label: Option<String>,
    /// TLS 1.2: the seed
    #[arg(long, value_name = "TEXT")]
    pub(crate) seed: Option<String>,
    /// PBKDF2: how often to iterate
    #[arg(long, value_name = "COUNT")]
    pub(crate) cost: Option<u64>,
    /// Bytes to print
    #[arg(long, default_value_t = 32)]
    pub(crate) length: u32,
    /// Make a key of this name instead; nothing leaves the service
    #[arg(long, value_name = "NAME")]
    pub(crate) to_key: Option<String>,
    /// What the key shall be
    #[arg(long = "type", value_enum, default_value_t = NewKeyType::Aes256Gcm)]
    pub(crate) key_type: NewKeyType,
    #[command(flatten)]
    pub(crate) new: NewKey,
    /// How the bytes are written
    #[arg(long, value_enum, default_value_t = BytesFormat::Hex)]
    pub(crate) format: BytesFormat,
    #[command(flatten)]
    pub(crate) to: To,
}

#[derive(Args)]
pub(crate) struct DeriveArguments {
    /// The key
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) how: DerivationArguments,
}

#[derive(Args)]
pub(crate) struct AgreeArguments {
    /// The key
    pub(crate) name: String,
    /// The file with the peer's public key: PEM, DER or raw; - for standard input
    #[arg(default_value = "-")]
    pub(crate) peer: String,
    /// Print the shared secret itself, not what HKDF makes of it
    #[arg(long)]
    pub(crate) raw: bool,
    /// The hash function of HKDF
    #[arg(long = "kdf-hash", value_name = "HASH", value_parser = hash_function, default_value = "sha-256")]
    pub(crate) kdf_hash: Hash,
    #[command(flatten)]
    pub(crate) how: DerivationArguments,
}

#[derive(Args)]
pub(crate) struct WrapArguments {
    /// The key to encrypt with
    pub(crate) wrapping_key: String,
    /// The key to print; it has to be exportable
    pub(crate) name: String,
    /// How it is written
    #[arg(long, value_enum, default_value_t = BytesFormat::Hex)]
    pub(crate) format: BytesFormat,
    #[command(flatten)]
    pub(crate) to: To,
}

#[derive(Args)]
pub(crate) struct UnwrapArguments {
    /// The key to decrypt with
    pub(crate) wrapping_key: String,
    /// The name of the new key
    pub(crate) name: String,
    /// The file; - for standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// What the key is; its size is found out
    #[arg(long = "type", value_enum)]
    pub(crate) key_type: NewKeyType,
    #[command(flatten)]
    pub(crate) new: NewKey,
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
    /// Where a provider has it: tokens may
    Ed25519,
    /// 3072 bits where the provider has them, else 2048
    Rsa,
    #[value(name = "rsa-2048")]
    Rsa2048,
    #[value(name = "rsa-3072")]
    Rsa3072,
    #[value(name = "rsa-4096")]
    Rsa4096,
    /// Authenticated encryption
    #[value(name = "aes-128-gcm")]
    Aes128Gcm,
    #[value(name = "aes-256-gcm")]
    Aes256Gcm,
    #[value(name = "aes-256-ccm")]
    Aes256Ccm,
    #[value(name = "chacha20-poly1305")]
    Chacha20Poly1305,
    /// Unauthenticated; prefer the ones before
    #[value(name = "aes-256-ctr")]
    Aes256Ctr,
    #[value(name = "aes-256-cbc")]
    Aes256Cbc,
    /// Authentication codes
    Hmac,
    AesCmac,
    /// Short messages to the holder, 3072 bits
    RsaOaep,
    /// To derive from
    Hkdf,
    /// To agree on secrets
    EcdhP256,
    X25519,
    /// To wrap other keys
    AesKw,
    /// Bytes that are only kept
    Raw,
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
