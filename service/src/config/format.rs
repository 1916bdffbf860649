//! The format of the configuration file: the published one, and this service's additions.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::audit::AuditSection;
use super::authenticator::{OneOrMany, RawSameClient};
use super::limits::LimitsSection;
use super::metrics::MetricsSection;
use super::nearest::unknown_setting;
use super::policy::PolicySection;
use super::provider::RawProvider;
use super::store::{KeyStoreSection, RawKeyManager};

/// A configuration file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigFile {
    pub(super) core_settings: CoreSettingsSection,
    pub(super) listener: ListenerSection,
    pub(super) authenticator: OneOrMany,
    #[serde(default)]
    pub(super) key_manager: Vec<Spanned<RawKeyManager>>,
    pub(super) provider: Vec<Spanned<RawProvider>>,
    // The tables below are not in the published format.
    #[serde(default)]
    pub(super) key_store: KeyStoreSection,
    #[serde(default)]
    pub(super) same_client: Vec<RawSameClient>,
    #[serde(default)]
    pub(super) limits: LimitsSection,
    #[serde(default)]
    pub(super) policy: PolicySection,
    pub(super) audit: Option<AuditSection>,
    pub(super) metrics: Option<MetricsSection>,
}

/// `[core_settings]`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CoreSettingsSection {
    pub(super) allow_root: bool,
    pub(super) thread_pool_size: Option<IgnoredAny>,
    pub(super) idle_listener_sleep_duration: Option<IgnoredAny>,
    pub(super) log_level: Option<Spanned<String>>,
    pub(super) log_timestamp: bool,
    pub(super) body_len_limit: Option<u32>,
    pub(super) log_error_details: bool,
    pub(super) buffer_size_limit: Option<usize>,
    pub(super) allow_deprecated: bool,
}

/// `[listener]`; times are in milliseconds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListenerSection {
    pub(super) listener_type: Spanned<String>,
    pub(super) timeout: Option<Spanned<u64>>,
    pub(super) socket_path: Option<PathBuf>,
    // The settings below are not in the published format.
    pub(super) vsock_port: Option<u32>,
    pub(super) idle_timeout: Option<Spanned<u64>>,
    pub(super) close_after: Option<Spanned<u64>>,
    pub(super) drain_timeout: Option<Spanned<u64>>,
    pub(super) max_connections: Option<Spanned<usize>>,
}

/// Parses the text.
///
/// `toml::from_str` would copy the whole text, and a PIN in it, into every error, where nobody wipes
/// it; this way only errors of the TOML grammar hold it.
pub(super) fn parse(text: &str) -> Result<ConfigFile, toml::de::Error> {
    let table = toml::de::DeTable::parse(text)?;
    ConfigFile::deserialize(toml::Deserializer::from(table))
}

/// Rewords serde's "unknown field `x`, expected one of `a`, `b`" to name the nearest known setting.
pub(super) fn reword(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if !message.starts_with("unknown field") || quoted.len() < 2 {
        return message.to_owned();
    }
    let (unknown, known) = (quoted[0], &quoted[1..]);
    unknown_setting(unknown, known)
}
