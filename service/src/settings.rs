//! The settings that a reload may change: one value, replaced as a whole, so that no request sees
//! parts of two configurations.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;

use crate::authenticator::Authenticators;
use crate::config::Config;
use crate::dispatch::Bounds;
use crate::policy::Policy;

/// The settings in effect.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) authenticators: Authenticators,
    pub(crate) policy: Policy,
    pub(crate) bounds: Bounds,
    pub(crate) connections: ConnectionSettings,
    /// Whether the log names the application that caused an error.
    pub(crate) log_error_details: bool,
}

/// The settings in effect, shared by all connections and replaced on reload.
pub(crate) type SharedSettings = Arc<ArcSwap<Settings>>;

/// Timeouts and limits of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConnectionSettings {
    /// Timeout for reading the rest of a frame, and for writing a response.
    pub(crate) frame_timeout: Duration,
    /// How long a connection may be idle.
    pub(crate) idle_timeout: Duration,
    /// How long a connection may be idle if its client does not use extensions.
    pub(crate) close_after: Duration,
    /// How long the service waits for running requests when it stops.
    pub(crate) drain_timeout: Duration,
    /// The maximum length of a request's body.
    pub(crate) body_limit: u32,
}

impl Settings {
    /// Takes them from the configuration.
    pub(crate) fn of(config: &Config) -> Self {
        Self {
            authenticators: Authenticators::new(config),
            policy: Policy::new(&config.policy),
            bounds: Bounds {
                response: config.buffer_size_limit,
                allow_deprecated: config.allow_deprecated,
            },
            connections: ConnectionSettings {
                frame_timeout: config.read_timeout,
                idle_timeout: config.idle_timeout,
                close_after: config.close_after,
                drain_timeout: config.drain_timeout,
                body_limit: config.body_len_limit,
            },
            log_error_details: config.log_error_details,
        }
    }

    /// Shares the settings.
    pub(crate) fn share(self) -> SharedSettings {
        Arc::new(ArcSwap::from_pointee(self))
    }
}
