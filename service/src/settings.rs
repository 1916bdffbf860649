//! What a reload may change while the service runs: one value, swapped as a whole, so that no
//! request ever sees half of an old configuration and half of a new one.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::authenticator::Authenticators;
use crate::config::Config;
use crate::dispatch::Bounds;
use crate::listener::Terms;
use crate::policy::Policy;

/// The settings that hold now.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) authenticators: Authenticators,
    pub(crate) policy: Policy,
    pub(crate) bounds: Bounds,
    pub(crate) terms: Terms,
    /// Whether the log may say which application met with which error.
    pub(crate) log_error_details: bool,
}

/// The settings that hold, for everyone who needs to look at them.
pub(crate) type Shared = Arc<ArcSwap<Settings>>;

impl Settings {
    /// What the configuration says.
    pub(crate) fn of(config: &Config) -> Self {
        Self {
            authenticators: Authenticators::new(config),
            policy: Policy::new(&config.policy),
            bounds: Bounds {
                response: config.buffer_size_limit,
                allow_deprecated: config.allow_deprecated,
            },
            terms: Terms {
                frame_timeout: config.read_timeout,
                idle_timeout: config.idle_timeout,
                close_after: config.close_after,
                drain_timeout: config.drain_timeout,
                body_limit: config.body_len_limit,
            },
            log_error_details: config.log_error_details,
        }
    }

    /// To be shared.
    pub(crate) fn share(self) -> Shared {
        Arc::new(ArcSwap::from_pointee(self))
    }
}
