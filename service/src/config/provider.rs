//! The providers of a configuration file.

use parsec_contracts::ProviderId;
use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::ProviderConfig;
use super::default::SOFTWARE_INSTANCE;
use super::error::ConfigError;
use super::file::{File, Source};

/// Every setting of every published provider, so that none is taken for a mistake.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    provider_type: Spanned<String>,
    name: Option<String>,
    pub(super) key_info_manager: Option<Spanned<String>>,
    library_path: Option<IgnoredAny>,
    slot_number: Option<IgnoredAny>,
    serial_number: Option<IgnoredAny>,
    user_pin: Option<IgnoredAny>,
    software_public_operations: Option<IgnoredAny>,
    allow_export: Option<IgnoredAny>,
    tcti: Option<IgnoredAny>,
    owner_hierarchy_auth: Option<IgnoredAny>,
    endorsement_hierarchy_auth: Option<IgnoredAny>,
    skip_if_no_tpm: Option<IgnoredAny>,
    device_type: Option<IgnoredAny>,
    iface_type: Option<IgnoredAny>,
    wake_delay: Option<IgnoredAny>,
    rx_retries: Option<IgnoredAny>,
    slave_address: Option<IgnoredAny>,
    bus: Option<IgnoredAny>,
    baud: Option<IgnoredAny>,
    access_key_file_name: Option<IgnoredAny>,
}

pub(super) fn providers(
    source: &Source<'_>,
    file: &File,
    warnings: &mut Vec<String>,
) -> Result<Vec<ProviderConfig>, ConfigError> {
    let mut providers: Vec<ProviderConfig> = Vec::new();
    for spanned in &file.provider {
        let raw = spanned.get_ref();
        let provider = provider(source, raw)?;
        if providers.iter().any(|other| other.id == provider.id) {
            return Err(source.wrong(
                spanned.span().start,
                "there is a provider of this type already; several of one type cannot be told \
                 apart by clients",
            ));
        }
        if let Some(manager) = &raw.key_info_manager
            && !file
                .key_manager
                .iter()
                .any(|known| known.get_ref().name == *manager.get_ref())
        {
            return Err(source.wrong(
                manager.span().start,
                format!("there is no [[key_manager]] called {:?}", manager.get_ref()),
            ));
        }
        if has_settings_of_others(raw) {
            warnings.push(format!(
                "the provider {:?} has settings that belong to other types; they are ignored",
                provider.name
            ));
        }
        providers.push(provider);
    }
    if providers.is_empty() {
        return Err(source.wrong(0, "there is no [[provider]]; add one"));
    }
    Ok(providers)
}

fn provider(source: &Source<'_>, raw: &Provider) -> Result<ProviderConfig, ConfigError> {
    let name = raw.provider_type.get_ref().as_str();
    let found = ProviderId::ALL
        .iter()
        .find(|known| known.config_names().contains(&name));
    let id = match found {
        Some(ProviderId::Software) => ProviderId::Software,
        Some(ProviderId::Tpm | ProviderId::Pkcs11) => {
            return Err(source.wrong(
                raw.provider_type.span().start,
                format!("{name:?} is not built into this service yet; use \"MbedCrypto\""),
            ));
        }
        Some(_) => {
            return Err(source.wrong(
                raw.provider_type.span().start,
                format!("{name:?} is not served by this service, and will not be"),
            ));
        }
        None => {
            return Err(source.wrong(
                raw.provider_type.span().start,
                format!("there is no provider_type {name:?}; there is \"MbedCrypto\""),
            ));
        }
    };
    let instance = raw
        .name
        .clone()
        .unwrap_or_else(|| SOFTWARE_INSTANCE.to_owned());
    Ok(ProviderConfig { id, name: instance })
}

fn has_settings_of_others(raw: &Provider) -> bool {
    [
        &raw.library_path,
        &raw.slot_number,
        &raw.serial_number,
        &raw.user_pin,
        &raw.software_public_operations,
        &raw.allow_export,
        &raw.tcti,
        &raw.owner_hierarchy_auth,
        &raw.endorsement_hierarchy_auth,
        &raw.skip_if_no_tpm,
        &raw.device_type,
        &raw.iface_type,
        &raw.wake_delay,
        &raw.rx_retries,
        &raw.slave_address,
        &raw.bus,
        &raw.baud,
        &raw.access_key_file_name,
    ]
    .iter()
    .any(|setting| setting.is_some())
}
