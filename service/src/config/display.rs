//! Formatting the configuration for `--check`.

use std::fmt;

use parsec_provider_pkcs11::TokenChoice;
use parsec_provider_tpm::SoftwarePadding;

use super::audit::{AuditConfig, AuditTo};
use super::literal::{first, path, quoted};
use super::pin::PinSource;
use super::resolved::{Config, DeviceConfig};
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
            device(f, &one.device)?;
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
    let sealing = config.seal_master_key.as_ref();
    writeln!(f, "seal_master_key = {}", sealing.is_some())?;
    match sealing.map(|sealing| sealing.registers) {
        Some(registers) if !registers.is_empty() => {
            writeln!(f, "seal_pcrs = {:?}", registers.numbers())?;
            writeln!(f, "seal_pcr_bank = {}", quoted(registers.bank.name()))
        }
        _ => Ok(()),
    }
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

/// Formats a device, without its secrets.
fn device(f: &mut fmt::Formatter<'_>, device: &DeviceConfig) -> fmt::Result {
    match device {
        DeviceConfig::Software => Ok(()),
        DeviceConfig::Tpm {
            settings,
            skip_if_absent,
        } => {
            writeln!(f, "tcti = {}", quoted(&settings.tcti))?;
            if !settings.owner_auth.is_empty() {
                writeln!(f, "# owner_hierarchy_auth is set, and not shown")?;
            }
            if let Some(handle) = settings.storage_key_handle {
                writeln!(f, "storage_key_handle = {handle:#010x}")?;
            }
            if !settings.endorsement_auth.is_empty() {
                writeln!(f, "# endorsement_hierarchy_auth is set, and not shown")?;
            }
            let timeout = settings.command_timeout.as_millis();
            writeln!(f, "command_timeout = {timeout}")?;
            software_padding(f, settings.software_padding)?;
            writeln!(f, "skip_if_no_tpm = {skip_if_absent}")
        }
        DeviceConfig::Pkcs11 {
            library,
            token,
            pin,
            allow_export,
            software_padding: padding,
            skip_if_absent,
        } => {
            writeln!(f, "library_path = {}", path(library))?;
            match token {
                TokenChoice::Serial(serial) => writeln!(f, "serial_number = {}", quoted(serial))?,
                TokenChoice::Label(label) => writeln!(f, "token_label = {}", quoted(label))?,
                TokenChoice::Slot(slot) => writeln!(f, "slot_number = {slot}")?,
                TokenChoice::Only => {}
            }
            if let Some(pin) = pin {
                pin_source(f, &pin.value)?;
            }
            writeln!(f, "allow_export = {allow_export}")?;
            software_padding(f, *padding)?;
            writeln!(f, "skip_if_no_token = {skip_if_absent}")
        }
    }
}

fn software_padding(f: &mut fmt::Formatter<'_>, padding: SoftwarePadding) -> fmt::Result {
    let padding = match padding {
        SoftwarePadding::WhenNeeded => "when-needed",
        SoftwarePadding::Always => "always",
    };
    writeln!(f, "software_padding = {}", quoted(padding))
}

/// Formats the source of the PIN, and never the PIN.
fn pin_source(f: &mut fmt::Formatter<'_>, pin: &PinSource) -> fmt::Result {
    let place = match pin {
        PinSource::Given(_) => return writeln!(f, "# the PIN is set, and not shown"),
        PinSource::File(file) => path(file),
        PinSource::Variable(name) => quoted(name),
        PinSource::Credential(credential) => quoted(credential.name()),
    };
    writeln!(f, "{} = {place}", pin.setting())
}
