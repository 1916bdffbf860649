//! Logging: to standard error, at a level that a reload may change.

use std::io::IsTerminal as _;

use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::reload::{Handle, Layer};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry, fmt};

use crate::config::Config;

/// The active logger.
#[derive(Debug)]
pub(crate) struct Log {
    filter: Handle<EnvFilter, Registry>,
}

impl Log {
    /// Starts logging.
    pub(crate) fn start(config: &Config) -> Self {
        let (filter, handle) = Layer::new(filter(config));
        let lines = fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false);
        let lines = if config.log_timestamp {
            lines.boxed()
        } else {
            lines.without_time().boxed()
        };
        // A program that embeds the service may have a logger already.
        let _ = tracing_subscriber::registry()
            .with(filter)
            .with(lines)
            .try_init();
        Self { filter: handle }
    }

    /// Sets the level from the configuration.
    pub(crate) fn follow(&self, config: &Config) {
        // It fails only if another logger was installed first.
        let _ = self.filter.reload(filter(config));
    }
}

/// The filter: `RUST_LOG` first, then the configuration's `log_level`, then "info".
fn filter(config: &Config) -> EnvFilter {
    let level = config.log_level.as_deref().unwrap_or("info");
    // Device libraries log many expected failures as errors.
    let quiet = format!("{level},cryptoki=off,tss_esapi=off");
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(quiet))
}
