//! The providers of a configuration file.

use parsec_contracts::{ProviderId, Secret};
use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::default::SOFTWARE_INSTANCE;
use super::error::ConfigError;
use super::file::{File, Source};
use super::{DeviceConfig, ProviderConfig};

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
    tcti: Option<Spanned<String>>,
    owner_hierarchy_auth: Option<Spanned<String>>,
    endorsement_hierarchy_auth: Option<IgnoredAny>,
    skip_if_no_tpm: Option<bool>,
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
        if has_settings_of_others(raw, provider.id) {
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
    let at = raw.provider_type.span().start;
    let (id, device) = match found {
        Some(ProviderId::Software) => (ProviderId::Software, DeviceConfig::Software),
        Some(ProviderId::Tpm) => (ProviderId::Tpm, tpm(source, raw)?),
        Some(ProviderId::Pkcs11) => {
            return Err(source.wrong(
                at,
                format!("{name:?} is not built into this service yet; use \"MbedCrypto\""),
            ));
        }
        Some(_) => {
            return Err(source.wrong(
                at,
                format!("{name:?} is not served by this service, and will not be"),
            ));
        }
        None => {
            return Err(source.wrong(
                at,
                format!("there is no provider_type {name:?}; there are \"MbedCrypto\" and \"Tpm\""),
            ));
        }
    };
    Ok(ProviderConfig {
        id,
        name: raw.name.clone().unwrap_or_else(|| instance(id).to_owned()),
        device,
    })
}

/// The published service's names, kept so that keys stay where they are.
fn instance(id: ProviderId) -> &'static str {
    match id {
        ProviderId::Tpm => "tpm-provider",
        _ => SOFTWARE_INSTANCE,
    }
}

fn tpm(source: &Source<'_>, raw: &Provider) -> Result<DeviceConfig, ConfigError> {
    let Some(tcti) = &raw.tcti else {
        return Err(source.wrong(
            raw.provider_type.span().start,
            "a TPM needs a `tcti`, the way to it: write for example `tcti = \"device:/dev/tpmrm0\"`",
        ));
    };
    Ok(DeviceConfig::Tpm {
        tcti: tcti.get_ref().clone(),
        owner_auth: auth(source, raw.owner_hierarchy_auth.as_ref())?,
        skip_if_absent: raw.skip_if_no_tpm.unwrap_or_default(),
    })
}

/// An authorisation value: as it stands, after `str:`, or in hexadecimal after `hex:`.
fn auth(source: &Source<'_>, given: Option<&Spanned<String>>) -> Result<Secret, ConfigError> {
    let Some(given) = given else {
        return Ok(Secret::default());
    };
    let text = given.get_ref();
    match text.strip_prefix("hex:") {
        None => Ok(Secret::from(
            text.strip_prefix("str:").unwrap_or(text).as_bytes(),
        )),
        Some(digits) => from_hex(digits).ok_or_else(|| {
            source.wrong(
                given.span().start,
                "after `hex:` come hexadecimal digits, two a byte",
            )
        }),
    }
}

fn from_hex(digits: &str) -> Option<Secret> {
    if !digits.len().is_multiple_of(2) || !digits.is_ascii() {
        return None;
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok())
        .collect::<Option<Vec<u8>>>()
        .map(Secret::new)
}

fn has_settings_of_others(raw: &Provider, id: ProviderId) -> bool {
    let of_a_tpm = raw.tcti.is_some()
        || raw.owner_hierarchy_auth.is_some()
        || raw.skip_if_no_tpm.is_some()
        || raw.endorsement_hierarchy_auth.is_some();
    let of_others = [
        &raw.library_path,
        &raw.slot_number,
        &raw.serial_number,
        &raw.user_pin,
        &raw.software_public_operations,
        &raw.allow_export,
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
    .any(|setting| setting.is_some());
    of_others || (of_a_tpm && id != ProviderId::Tpm)
}
