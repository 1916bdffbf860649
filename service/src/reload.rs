//! Reading the configuration again, on SIGHUP.

use std::sync::Arc;

use crate::config::{Config, ConfigError};
use crate::limits::{ClientRegistry, LimitRules};
use crate::logging::Log;
use crate::settings::{Settings, SharedSettings};

/// What is needed to read the configuration again, and the one that holds.
pub(crate) struct Reloading<'a> {
    pub(crate) running: Config,
    pub(crate) read: &'a dyn Fn() -> Result<Config, ConfigError>,
    pub(crate) settings: SharedSettings,
    pub(crate) clients: Arc<ClientRegistry>,
    pub(crate) log: &'a Log,
}

impl Reloading<'_> {
    /// Reads the configuration and puts it into force; connections stay. One that is wrong changes
    /// nothing. What came of it, in a sentence.
    pub(crate) fn reload(&mut self) -> Result<String, String> {
        let mut new = (self.read)().map_err(|error| {
            let why = error.to_string();
            tracing::error!(why, "the new configuration is wrong; the old one holds on");
            why
        })?;
        for warning in &new.warnings {
            tracing::warn!("{warning}");
        }
        let fixed = new.keep_what_is_fixed(&self.running);
        let names: Vec<&str> = new.providers.iter().map(|one| one.name.as_str()).collect();
        if let Some(absent) = new.policy.absent_provider(&names) {
            let why = format!(
                "[policy] names the provider {absent:?}, which is there only after a restart"
            );
            tracing::error!(
                why,
                "the new configuration does not fit; the old one holds on"
            );
            return Err(why);
        }
        for setting in &fixed {
            tracing::warn!(
                "`{setting}` has changed, which needs a restart; the old value holds on"
            );
        }
        let mut settings = Settings::of(&new);
        settings
            .authenticators
            .succeed(&self.settings.load().authenticators);
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
