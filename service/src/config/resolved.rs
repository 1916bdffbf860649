//! The configuration in effect, resolved from a file or from the embedded default.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parsec_contracts::ProviderId;
use parsec_provider::registration::{ProviderSettings, Registration, Sealer};

use super::audit::AuditConfig;
use super::authenticator::{AuthenticatorConfig, SameClient};
use super::limits::LimitsConfig;
use super::metrics::MetricsConfig;
use super::policy::PolicyConfig;
use super::store::{MasterKey, PublishedStores};

/// The default timeout for the rest of a frame.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(10);
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// Clients of the published protocol send one request per connection, and some read to its end.
pub(super) const CLOSE_AFTER: Duration = Duration::from_millis(50);
/// Less than 30 seconds, after which systemd kills the service.
pub(super) const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
pub(super) const MAX_CONNECTIONS: usize = 1024;
pub(super) const BUFFER_SIZE_LIMIT: usize = 1024 * 1024;

/// The settings in effect, with every default filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The source, for the log.
    pub source: String,
    /// Whether the service may run as root.
    pub allow_root: bool,
    /// The path of the socket.
    pub socket_path: PathBuf,
    /// An additional vsock port to listen on.
    pub vsock_port: Option<u32>,
    /// Timeout for reading the rest of a frame, and for writing a response.
    pub read_timeout: Duration,
    /// How long a connection may be idle.
    pub idle_timeout: Duration,
    /// How long a connection may be idle if its client does not use extensions.
    pub close_after: Duration,
    /// How long to wait for running requests when the service stops.
    pub drain_timeout: Duration,
    /// The maximum number of connections.
    pub max_connections: usize,
    /// The maximum length of a request's body.
    pub body_len_limit: u32,
    /// The maximum length of a response.
    pub buffer_size_limit: usize,
    /// Whether keys for deprecated primitives may be generated.
    pub allow_deprecated: bool,
    /// The log level, unless `RUST_LOG` is set.
    pub log_level: Option<String>,
    /// Whether log lines begin with the time.
    pub log_timestamp: bool,
    /// Whether the log names the application that caused an error.
    pub log_error_details: bool,
    /// The authenticators, the preferred one first.
    pub authenticators: Vec<AuthenticatorConfig>,
    /// Identities that are mapped to one client.
    pub same_clients: Vec<SameClient>,
    /// The path of the key store.
    pub key_store: PathBuf,
    /// The location of the key that encrypts the key store.
    pub master_key: MasterKey,
    /// Stores of the published service that may hold keys.
    pub published_stores: PublishedStores,
    /// The providers, the preferred one first.
    pub providers: Vec<ProviderConfig>,
    /// The device that seals the master key, if configured.
    pub seal_master_key: Option<Arc<dyn Sealer>>,
    /// The limits of each client, and of all clients together.
    pub limits: LimitsConfig,
    /// Which clients may do what.
    pub policy: PolicyConfig,
    /// The destination of audit events, if they are recorded.
    pub audit: Option<AuditConfig>,
    /// The metrics endpoint, if there is one.
    pub metrics: Option<MetricsConfig>,
    /// Accepted settings that have no effect.
    pub warnings: Vec<String>,
}

/// A configured provider.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// Its number in the protocol.
    pub id: ProviderId,
    /// The name under which its keys are stored; a changed name hides them.
    pub name: String,
    /// The registration of its type.
    pub registration: &'static Registration,
    /// Its own settings.
    pub settings: Arc<dyn ProviderSettings>,
}

/// Not derived, because the derived code would move `settings`.
impl PartialEq for ProviderConfig {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.name == other.name
            && self.registration == other.registration
            && *self.settings == *other.settings
    }
}

impl Eq for ProviderConfig {}
