//! Formatting the configuration for `--check`.

use std::fmt;

use parsec_provider::registration::Printed;

use super::audit::{AuditConfig, AuditTo};
use super::literal::{first, path, quoted};
use super::resolved::Config;
use super::store::IGNORE;
use super::store::{MasterKey, PublishedStore, PublishedStores};

/// Formats the settings in effect as a configuration file with the same meaning.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# from {}", self.source)?;
        writeln!(f, "[core_settings]")?;
        writeln!(f, "allow_root = {}", self.allow_root)?;
        if let Some(level) = &self.log_level {
            writeln!(f, "log_level = {}", quoted(level))?;
        }
        writeln!(f, "log_timestamp = {}", self.log_timestamp)?;
        writeln!(f, "log_error_details = {}", self.log_error_details)?;
        writeln!(f, "body_len_limit = {}", self.body_len_limit)?;
        writeln!(f, "buffer_size_limit = {}", self.buffer_size_limit)?;
        writeln!(f, "allow_deprecated = {}", self.allow_deprecated)?;
        writeln!(f, "\n[listener]")?;
        writeln!(f, "listener_type = \"DomainSocket\"")?;
        writeln!(f, "socket_path = {}", path(&self.socket_path))?;
        if let Some(port) = self.vsock_port {
            writeln!(f, "vsock_port = {port}")?;
        }
        writeln!(f, "timeout = {}", self.read_timeout.as_millis())?;
        writeln!(f, "idle_timeout = {}", self.idle_timeout.as_millis())?;
        writeln!(f, "close_after = {}", self.close_after.as_millis())?;
        writeln!(f, "drain_timeout = {}", self.drain_timeout.as_millis())?;
        writeln!(f, "max_connections = {}", self.max_connections)?;
        self.authenticators.iter().try_for_each(|one| one.fmt(f))?;
        self.same_clients.iter().try_for_each(|same| same.fmt(f))?;
        writeln!(f, "\n[key_store]")?;
        writeln!(f, "path = {}", path(&self.key_store))?;
        master_key(f, self)?;
        sealing(f, self)?;
        published_stores(f, &self.published_stores)?;
        if let Some(config) = &self.audit {
            audit(f, config)?;
        }
        if let Some(config) = &self.metrics {
            writeln!(f, "\n[metrics]\nlisten = {}", quoted(&config.to_string()))?;
        }
        for one in &self.providers {
            writeln!(f, "\n[[provider]]")?;
            let types = one.id.family().config_names();
            writeln!(f, "provider_type = {}", first(types))?;
            writeln!(f, "name = {}", quoted(&one.name))?;
            let settings = one.settings.printed();
            settings
                .iter()
                .try_for_each(|(key, value)| setting(f, key, value))?;
        }
        self.limits.fmt(f)?;
        self.policy.fmt(f)
    }
}

fn audit(f: &mut fmt::Formatter<'_>, config: &AuditConfig) -> fmt::Result {
    writeln!(f, "\n[audit]")?;
    match &config.to {
        AuditTo::File(file) => writeln!(f, "to = \"file\"\npath = {}", path(file))?,
        AuditTo::Stderr => writeln!(f, "to = \"stderr\"")?,
        AuditTo::Journald => writeln!(f, "to = \"journald\"")?,
    }
    writeln!(f, "head_file = {}", path(&config.head_file))?;
    writeln!(f, "queue = {}", config.queue)?;
    writeln!(f, "overflow = {}", quoted(config.overflow.name()))?;
    writeln!(f, "rotate_at = {}", config.rotate_at)?;
    writeln!(f, "keep_files = {}", config.keep_files)
}

fn master_key(f: &mut fmt::Formatter<'_>, config: &Config) -> fmt::Result {
    match &config.master_key {
        MasterKey::File(file) => writeln!(f, "master_key_file = {}", path(file)),
        MasterKey::Credential(credential) => {
            let name = credential.value.name();
            writeln!(f, "master_key_credential = {}", quoted(name))
        }
    }
}

fn sealing(f: &mut fmt::Formatter<'_>, config: &Config) -> fmt::Result {
    let sealer = config.seal_master_key.as_ref();
    writeln!(f, "seal_master_key = {}", sealer.is_some())?;
    let settings = sealer.map(|sealer| sealer.printed()).unwrap_or_default();
    settings
        .iter()
        .try_for_each(|(key, value)| setting(f, key, value))
}

/// Formats the key managers under arbitrary names: the choice between them is already resolved.
fn published_stores(f: &mut fmt::Formatter<'_>, stores: &PublishedStores) -> fmt::Result {
    if stores.are_ignored {
        writeln!(f, "published_keys = {}", quoted(IGNORE))?;
    }
    for (index, store) in stores.configured.iter().enumerate() {
        writeln!(f, "\n[[key_manager]]\nname = \"{index}\"")?;
        match store {
            PublishedStore::OnDisk(folder) => {
                writeln!(
                    f,
                    "manager_type = \"OnDisk\"\nstore_path = {}",
                    path(folder)
                )?;
            }
            PublishedStore::Sqlite(file) => {
                writeln!(
                    f,
                    "manager_type = \"SQLite\"\nsqlite_db_path = {}",
                    path(file)
                )?;
            }
        }
    }
    Ok(())
}

/// A setting of a provider.
fn setting(f: &mut fmt::Formatter<'_>, key: &str, value: &Printed) -> fmt::Result {
    match value {
        Printed::Text(text) => writeln!(f, "{key} = {}", quoted(text)),
        Printed::Boolean(boolean) => writeln!(f, "{key} = {boolean}"),
        Printed::Integer(integer) => writeln!(f, "{key} = {integer}"),
        Printed::Hexadecimal(integer) => writeln!(f, "{key} = {integer:#010x}"),
        Printed::Integers(integers) => {
            let all: Vec<String> = integers.iter().map(ToString::to_string).collect();
            writeln!(f, "{key} = [{}]", all.join(", "))
        }
        Printed::Hidden => writeln!(f, "# {key} is set, and not shown"),
    }
}
