//! The configuration in effect, resolved from a file or from the embedded default.

use std::path::PathBuf;
use std::time::Duration;

use parsec_contracts::ProviderId;
use parsec_provider_pkcs11::TokenChoice;

use super::audit::AuditConfig;
use super::authenticator::{AuthenticatorConfig, SameClient};
use super::limits::LimitsConfig;
use super::metrics::MetricsConfig;
use super::pin::PinSource;
use super::policy::PolicyConfig;
use super::sealing::Sealing;
use super::source::Placed;
use super::store::{MasterKey, PublishedStores};

/// The default timeout for the rest of a frame.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(10);
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// Clients of the published protocol send one request a connection, and some read to its end.
pub(super) const CLOSE_AFTER: Duration = Duration::from_millis(50);
/// Below the 30 seconds after which systemd kills.
pub(super) const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
pub(super) const MAX_CONNECTIONS: usize = 1024;
pub(super) const BUFFER_SIZE_LIMIT: usize = 1024 * 1024;

/// The settings in effect, with every default filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where it comes from, for the log.
    pub source: String,
    /// Whether the service may run as root.
    pub allow_root: bool,
    /// The socket.
    pub socket_path: PathBuf,
    /// The vsock port that is listened on besides, if one is.
    pub vsock_port: Option<u32>,
    /// For a frame that has begun to arrive, and for an answer to be taken.
    pub read_timeout: Duration,
    /// For the next request on a connection.
    pub idle_timeout: Duration,
    /// For the next request on a connection whose client does not understand extensions.
    pub close_after: Duration,
    /// For running requests to be finished when the service is told to stop.
    pub drain_timeout: Duration,
    /// Connections at once.
    pub max_connections: usize,
    /// Bytes that a request's body may have.
    pub body_len_limit: u32,
    /// Bytes that an answer may have.
    pub buffer_size_limit: usize,
    /// Whether keys for deprecated primitives may be generated.
    pub allow_deprecated: bool,
    /// What is logged, unless `RUST_LOG` says otherwise.
    pub log_level: Option<String>,
    /// Whether log lines begin with the time.
    pub log_timestamp: bool,
    /// Whether the log may say which application met with which error.
    pub log_error_details: bool,
    /// The authenticators, the preferred one first.
    pub authenticators: Vec<AuthenticatorConfig>,
    /// Clients that count as one.
    pub same_clients: Vec<SameClient>,
    /// The key store.
    pub key_store: PathBuf,
    /// Where the key is that encrypts what is in it.
    pub master_key: MasterKey,
    /// Where the published service may have left keys.
    pub published_stores: PublishedStores,
    /// The providers, the preferred one first.
    pub providers: Vec<ProviderConfig>,
    /// The TPM that seals the master key, if one does.
    pub seal_master_key: Option<Sealing>,
    /// What each client may have, and all together.
    pub limits: LimitsConfig,
    /// Who may do what.
    pub policy: PolicyConfig,
    /// Where security events are written down, if they are.
    pub audit: Option<AuditConfig>,
    /// Where the service tells of itself in numbers, if it does.
    pub metrics: Option<MetricsConfig>,
    /// What was accepted but has no meaning here.
    pub warnings: Vec<String>,
}

/// A provider that is switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// Which.
    pub id: ProviderId,
    /// The name under which its keys are stored; changing it hides them.
    pub name: String,
    /// Where its keys are.
    pub device: DeviceConfig,
}

/// What stands behind a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceConfig {
    /// The process itself.
    Software,
    /// A Trusted Platform Module 2.0.
    Tpm {
        /// How it is reached.
        settings: parsec_provider_tpm::Settings,
        /// Whether the service starts without it.
        skip_if_absent: bool,
    },
    /// A PKCS #11 token.
    Pkcs11 {
        /// The vendor's library.
        library: PathBuf,
        /// Which of its tokens.
        token: TokenChoice,
        /// Where the user's PIN is, which is read when the token is opened.
        pin: Option<Placed<PinSource>>,
        /// Whether keys whose policy says so may leave the token.
        allow_export: bool,
        /// When software pads what the token could pad as well.
        software_padding: parsec_provider_pkcs11::SoftwarePadding,
        /// Whether the service starts without it.
        skip_if_absent: bool,
    },
}
