//! Reloader the configuration on SIGHUP.

use std::sync::Arc;

use parsec_contracts::quoted;

use crate::config::{Config, ConfigError};
use crate::limits::{ClientRegistry, LimitRules};
use crate::logging::Log;
use crate::settings::{Settings, SharedSettings};

/// The configuration in effect, and how to read it again.
pub(crate) struct Reloader<'a> {
    pub(crate) running: Config,
    pub(crate) read: &'a dyn Fn() -> Result<Config, ConfigError>,
    pub(crate) settings: SharedSettings,
    pub(crate) clients: Arc<ClientRegistry>,
    pub(crate) log: &'a Log,
}

impl Reloader<'_> {
    /// Reads the configuration and applies it; connections stay open. An invalid one changes nothing. The
    /// result and the error are sentences.
    pub(crate) fn reload(&mut self) -> Result<String, String> {
        let mut new = (self.read)().map_err(|error| {
            let why = error.to_string();
            tracing::error!(
                why,
                "the new configuration is invalid; the old one stays in effect"
            );
            why
        })?;
        for warning in &new.warnings {
            tracing::warn!("{warning}");
        }
        let fixed = new.keep_fixed_settings(&self.running);
        let names: Vec<&str> = new.providers.iter().map(|one| one.name.as_str()).collect();
        if let Some(absent) = new.policy.absent_provider(&names) {
            let why = format!(
                "[policy] names the provider {absent}, which is added only by a restart",
                absent = quoted(absent)
            );
            tracing::error!(
                why,
                "the new configuration cannot be applied; the old one stays in effect"
            );
            return Err(why);
        }
        for setting in &fixed {
            tracing::warn!(
                "`{setting}` has changed, which needs a restart; the old value stays in effect"
            );
        }
        let mut settings = Settings::of(&new);
        settings
            .authenticators
            .take_over(&self.settings.load().authenticators);
        self.settings.store(settings.into());
        self.clients.set_rules(LimitRules::new(&new.limits));
        self.log.follow(&new);
        self.running = new;
        tracing::info!(configuration = self.running.source, "reloaded");
        Ok(match &fixed[..] {
            [] => "the configuration was reloaded".to_owned(),
            some => format!("reloaded; a restart is needed for {}", some.join(", ")),
        })
    }
}
