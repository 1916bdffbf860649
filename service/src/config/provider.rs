//! The providers of a configuration file.

use std::path::PathBuf;
use std::time::Duration;

use parsec_contracts::{ProviderId, Secret, Zeroizing};
use parsec_provider_tpm::{Settings, SoftwarePadding};
use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::default::SOFTWARE_INSTANCE;
use super::error::ConfigError;
use super::hidden::Hidden;
use super::pkcs11;
use super::resolved::{DeviceConfig, ProviderConfig};
use super::source::Source;

/// Every setting of every published provider, so that none is taken for a mistake.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProvider {
    pub(super) provider_type: Spanned<String>,
    name: Option<String>,
    pub(super) key_info_manager: Option<Spanned<String>>,
    pub(super) library_path: Option<Spanned<PathBuf>>,
    pub(super) slot_number: Option<Spanned<u64>>,
    pub(super) serial_number: Option<Spanned<String>>,
    pub(super) token_label: Option<Spanned<String>>,
    pub(super) user_pin: Option<Spanned<Hidden>>,
    pub(super) user_pin_file: Option<Spanned<PathBuf>>,
    pub(super) user_pin_env: Option<Spanned<String>>,
    pub(super) user_pin_credential: Option<Spanned<String>>,
    pub(super) software_public_operations: Option<IgnoredAny>,
    pub(super) allow_export: Option<bool>,
    pub(super) skip_if_no_token: Option<bool>,
    tcti: Option<Spanned<String>>,
    owner_hierarchy_auth: Option<Spanned<Hidden>>,
    endorsement_hierarchy_auth: Option<Spanned<Hidden>>,
    skip_if_no_tpm: Option<bool>,
    storage_key_handle: Option<u32>,
    command_timeout: Option<Spanned<u64>>,
    pub(super) software_padding: Option<Spanned<String>>,
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
    given: &[Spanned<RawProvider>],
    managers: &[&str],
    warnings: &mut Vec<String>,
) -> Result<Vec<ProviderConfig>, ConfigError> {
    let mut providers: Vec<ProviderConfig> = Vec::new();
    for spanned in given {
        let raw = spanned.get_ref();
        let Some(mut provider) = provider(source, raw)? else {
            // A config of the published service keeps working for the rest.
            warnings.push(format!(
                "the provider type {:?} of the published service is not served by this one; the \
                 provider is left out, and its keys with it",
                raw.provider_type.get_ref()
            ));
            continue;
        };
        let at = spanned.span().start;
        provider.id = free_id(provider.id, &providers).ok_or_else(|| too_many(source, at, raw))?;
        let has_its_name = |other: &ProviderConfig| {
            other.id.family() == provider.id.family() && other.name == provider.name
        };
        if providers.iter().any(has_its_name) {
            return Err(source.wrong(
                at,
                format!(
                    "there is a provider of this type called {:?} already, and a name says which \
                     keys are whose; give each a `name` of its own",
                    provider.name
                ),
            ));
        }
        if let Some(manager) = &raw.key_info_manager
            && !managers.contains(&manager.get_ref().as_str())
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
        return Err(source.wrong(
            0,
            "there is no [[provider]] that this service serves; add one",
        ));
    }
    Ok(providers)
}

/// `None` for a type of the published service that this one does not serve.
fn provider(source: &Source<'_>, raw: &RawProvider) -> Result<Option<ProviderConfig>, ConfigError> {
    let name = raw.provider_type.get_ref().as_str();
    let found = ProviderId::ALL
        .iter()
        .find(|known| known.config_names().contains(&name));
    let at = raw.provider_type.span().start;
    let (id, device) = match found {
        Some(ProviderId::Software) => (ProviderId::Software, DeviceConfig::Software),
        Some(ProviderId::Tpm) => (ProviderId::Tpm, tpm(source, raw)?),
        Some(ProviderId::Pkcs11) => (ProviderId::Pkcs11, pkcs11::device(source, raw)?),
        Some(_) => return Ok(None),
        None => {
            return Err(source.wrong(
                at,
                format!(
                    "there is no provider_type {name:?}; there are \"MbedCrypto\", \"Tpm\" and \
                     \"Pkcs11\""
                ),
            ));
        }
    };
    Ok(Some(ProviderConfig {
        id,
        name: raw.name.clone().unwrap_or_else(|| instance(id).to_owned()),
        device,
    }))
}

/// The published service's names, kept so that keys stay where they are.
fn instance(id: ProviderId) -> &'static str {
    match id {
        ProviderId::Tpm => "tpm-provider",
        ProviderId::Pkcs11 => "pkcs11-provider",
        _ => SOFTWARE_INSTANCE,
    }
}

fn tpm(source: &Source<'_>, raw: &RawProvider) -> Result<DeviceConfig, ConfigError> {
    let Some(tcti) = &raw.tcti else {
        return Err(source.wrong(
            raw.provider_type.span().start,
            "a TPM needs a `tcti`, the way to it: write for example `tcti = \"device:/dev/tpmrm0\"`",
        ));
    };
    Ok(DeviceConfig::Tpm {
        settings: Settings {
            tcti: tcti.get_ref().clone(),
            owner_auth: auth(source, raw.owner_hierarchy_auth.as_ref())?,
            storage_key_handle: raw.storage_key_handle,
            endorsement_auth: auth(source, raw.endorsement_hierarchy_auth.as_ref())?,
            command_timeout: command_timeout(source, raw)?,
            software_padding: software_padding(source, raw)?,
        },
        skip_if_absent: raw.skip_if_no_tpm.unwrap_or_default(),
    })
}

fn command_timeout(source: &Source<'_>, raw: &RawProvider) -> Result<Duration, ConfigError> {
    match &raw.command_timeout {
        None => Ok(Settings::default().command_timeout),
        Some(given) if *given.get_ref() == 0 => Err(source.wrong(
            given.span().start,
            "`command_timeout` is 0, in which no TPM answers; give milliseconds, such as 30000",
        )),
        Some(given) => Ok(Duration::from_millis(*given.get_ref())),
    }
}

pub(super) fn software_padding(
    source: &Source<'_>,
    raw: &RawProvider,
) -> Result<SoftwarePadding, ConfigError> {
    let Some(given) = &raw.software_padding else {
        return Ok(SoftwarePadding::default());
    };
    match given.get_ref().as_str() {
        "when-needed" => Ok(SoftwarePadding::WhenNeeded),
        "always" => Ok(SoftwarePadding::Always),
        other => Err(source.wrong(
            given.span().start,
            format!("`software_padding` is {other:?}; it is \"when-needed\" or \"always\""),
        )),
    }
}

/// An authorisation value: as it stands, after `str:`, or in hexadecimal after `hex:`.
fn auth(source: &Source<'_>, given: Option<&Spanned<Hidden>>) -> Result<Secret, ConfigError> {
    let Some(given) = given else {
        return Ok(Secret::default());
    };
    let text = given.get_ref().0.expose();
    match text.strip_prefix(b"hex:") {
        None => Ok(Secret::from(text.strip_prefix(b"str:").unwrap_or(text))),
        Some(digits) => from_hex(digits).ok_or_else(|| {
            source.wrong(
                given.span().start,
                "after `hex:` come hexadecimal digits, two a byte",
            )
        }),
    }
}

fn from_hex(digits: &[u8]) -> Option<Secret> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    // With room for all of it at once: a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
    for pair in digits.chunks(2) {
        bytes.push((digit(pair[0])? * 16 + digit(pair[1])?) as u8);
    }
    Some(Secret::from(bytes))
}

fn has_settings_of_others(raw: &RawProvider, id: ProviderId) -> bool {
    let of_a_tpm = raw.tcti.is_some()
        || raw.owner_hierarchy_auth.is_some()
        || raw.skip_if_no_tpm.is_some()
        || raw.storage_key_handle.is_some()
        || raw.command_timeout.is_some()
        || raw.endorsement_hierarchy_auth.is_some();
    let of_others = [
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
    // A TPM and a token both have it.
    let has_padding = raw.software_padding.is_some();
    of_others
        || (has_padding && !matches!(id.family(), ProviderId::Tpm | ProviderId::Pkcs11))
        || (of_a_tpm && id.family() != ProviderId::Tpm)
        || (pkcs11::has_settings(raw) && id.family() != ProviderId::Pkcs11)
}

/// The first number of the family that no other has.
fn free_id(family: ProviderId, others: &[ProviderConfig]) -> Option<ProviderId> {
    ProviderId::ALL
        .iter()
        .copied()
        .find(|id| id.family() == family && others.iter().all(|other| other.id != *id))
}

fn too_many(source: &Source<'_>, at: usize, raw: &RawProvider) -> ConfigError {
    let name = raw.provider_type.get_ref();
    source.wrong(
        at,
        format!("there are too many providers of the type {name:?}; clients could not name it"),
    )
}
