//! The providers of a configuration file.

use std::collections::BTreeMap;
use std::fmt;

use parsec_contracts::ProviderId;
use parsec_contracts::quoted;
use parsec_provider::registration::{Place, Registration, Section, SettingError, SettingValue};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use toml::Spanned;

use super::error::ConfigError;
use super::nearest::unknown_setting;
use super::resolved::ProviderConfig;
use super::source::Source;
use crate::providers;

const PROVIDER_TYPE: &str = "provider_type";
const NAME: &str = "name";
const KEY_INFO_MANAGER: &str = "key_info_manager";

/// The settings that all providers have.
const COMMON: &[&str] = &[PROVIDER_TYPE, NAME, KEY_INFO_MANAGER];

/// The settings of published providers that this service never serves.
const NOT_SERVED: &[&str] = &[
    "device_type",
    "iface_type",
    "wake_delay",
    "rx_retries",
    "slave_address",
    "bus",
    "baud",
    "access_key_file_name",
];

/// A `[[provider]]` of the file. The provider's registration says what it may contain.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct RawProvider(BTreeMap<String, Spanned<RawValue>>);

impl RawProvider {
    /// The key manager that it names.
    pub(super) fn key_info_manager(&self) -> Option<&str> {
        match &self.0.get(KEY_INFO_MANAGER)?.get_ref().0 {
            SettingValue::Text(name) => Some(name),
            _ => None,
        }
    }

    fn section(&self, source: &Source<'_>, at: usize) -> Section {
        // Errors of missing settings point to the line of the type.
        let at = self
            .0
            .get(PROVIDER_TYPE)
            .map_or(at, |value| value.span().start);
        let mut section = Section::new(source.place(at), source.folder);
        for (key, value) in &self.0 {
            let line = source.place(value.span().start).line;
            section.insert(key, line, value.get_ref().0.clone());
        }
        section
    }
}

pub(super) fn providers(
    source: &Source<'_>,
    given: &[Spanned<RawProvider>],
    managers: &[&str],
    warnings: &mut Vec<String>,
) -> Result<Vec<ProviderConfig>, ConfigError> {
    let mut providers: Vec<ProviderConfig> = Vec::new();
    for raw in given {
        let section = raw.get_ref().section(source, raw.span().start);
        let registration = registration(&section)?;
        refuse_unknown_keys(&section)?;
        let Some(registration) = registration else {
            // A configuration of the published service keeps working for the other providers.
            warnings.push(format!(
                "the provider type {} of the published service is not served by this one; the \
                 provider is left out, and its keys with it",
                quoted(section.text(PROVIDER_TYPE)?.unwrap_or_default())
            ));
            continue;
        };
        refuse_unknown_manager(&section, managers)?;
        let provider = ProviderConfig {
            id: free_id(&section, registration, &providers)?,
            name: name(&section, registration, &providers)?,
            registration,
            settings: (registration.read)(&section)?,
        };
        warnings.extend(foreign_settings(&section, registration).map(|keys| {
            format!(
                "{keys} of the provider {} belong to other types and are ignored",
                quoted(&provider.name)
            )
        }));
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

/// The provider of the embedded default: keys in software.
pub(super) fn embedded_default() -> Result<ProviderConfig, ConfigError> {
    let id = ProviderId::Software;
    let registration = providers::find(id).ok_or_else(|| {
        ConfigError::Environment(
            "this parsec-service was built without the Cargo feature `software`, with which it \
             starts without a configuration; give one with --config"
                .to_owned(),
        )
    })?;
    let place = Place {
        file: "the embedded default".to_owned(),
        line: 1,
    };
    Ok(ProviderConfig {
        id,
        name: registration.default_name.to_owned(),
        registration,
        settings: (registration.read)(&Section::new(place, None))?,
    })
}

/// `None` for a type of the published service that this one never serves.
fn registration(section: &Section) -> Result<Option<&'static Registration>, SettingError> {
    let Some(name) = section.text(PROVIDER_TYPE)? else {
        // A misspelled key is the better error.
        refuse_unknown_keys(section)?;
        return Err(section.lacks(format!(
            "a provider needs a `provider_type`; there are {}",
            types()
        )));
    };
    let known = ProviderId::ALL
        .iter()
        .find(|id| id.config_names().contains(&name));
    let Some(id) = known else {
        let message = format!(
            "there is no provider_type {name}; there are {}",
            types(),
            name = quoted(name)
        );
        return Err(section.wrong(PROVIDER_TYPE, message));
    };
    if let Some(feature) = providers::missing_feature(*id) {
        let message = format!(
            "this parsec-service was built without providers of the type {name}; build it with \
             the Cargo feature `{feature}`, or take this [[provider]] out",
            name = quoted(name)
        );
        return Err(section.wrong(PROVIDER_TYPE, message));
    }
    Ok(providers::find(*id))
}

/// The types that this service is built with.
fn types() -> String {
    let names = providers::all().filter_map(|one| one.id.config_names().first());
    let names: Vec<String> = names.map(quoted).collect();
    names.join(", ")
}

/// A setting of another type is not an error, but a warning.
fn refuse_unknown_keys(section: &Section) -> Result<(), SettingError> {
    let of_types = providers::all().map(|registration| registration.keys);
    let known: Vec<&str> = of_types
        .chain([COMMON, NOT_SERVED])
        .flatten()
        .copied()
        .collect();
    match section.keys().find(|key| !known.contains(key)) {
        None => Ok(()),
        Some(key) => Err(section.wrong(key, unknown_setting(key, &known))),
    }
}

fn refuse_unknown_manager(section: &Section, managers: &[&str]) -> Result<(), SettingError> {
    match section.text(KEY_INFO_MANAGER)? {
        Some(manager) if !managers.contains(&manager) => {
            let message = format!(
                "there is no [[key_manager]] called {manager}",
                manager = quoted(manager)
            );
            Err(section.wrong(KEY_INFO_MANAGER, message))
        }
        _ => Ok(()),
    }
}

/// The keys of settings that belong to providers of other types.
fn foreign_settings(section: &Section, registration: &Registration) -> Option<String> {
    let is_foreign = |key: &&str| !COMMON.contains(key) && !registration.keys.contains(key);
    let keys: Vec<String> = section
        .keys()
        .filter(is_foreign)
        .map(|key| format!("`{key}`"))
        .collect();
    (!keys.is_empty()).then(|| keys.join(", "))
}

fn name(
    section: &Section,
    registration: &Registration,
    others: &[ProviderConfig],
) -> Result<String, SettingError> {
    let name = section.text(NAME)?.unwrap_or(registration.default_name);
    let has_name =
        |other: &ProviderConfig| other.registration == registration && other.name == name;
    if others.iter().any(has_name) {
        return Err(section.wrong(NAME, format!(
            "there is already a provider of this type called {name}, and keys belong to a provider by \
             its name; give each a different `name`", name = quoted(name))));
    }
    Ok(name.to_owned())
}

/// The first number of the family that no other provider has.
fn free_id(
    section: &Section,
    registration: &Registration,
    others: &[ProviderConfig],
) -> Result<ProviderId, SettingError> {
    let is_free = |id: &&ProviderId| {
        id.family() == registration.id && others.iter().all(|other| other.id != **id)
    };
    ProviderId::ALL
        .iter()
        .find(is_free)
        .copied()
        .ok_or_else(|| {
            let message = "there are too many providers of this type; clients could not name it";
            section.wrong(PROVIDER_TYPE, message)
        })
}

/// A value of the file.
struct RawValue(SettingValue);

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = SettingValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<SettingValue, E> {
        Ok(SettingValue::Text(text.to_owned().into()))
    }

    fn visit_string<E>(self, text: String) -> Result<SettingValue, E> {
        Ok(SettingValue::Text(text.into()))
    }

    fn visit_bool<E>(self, boolean: bool) -> Result<SettingValue, E> {
        Ok(SettingValue::Boolean(boolean))
    }

    fn visit_i64<E>(self, integer: i64) -> Result<SettingValue, E> {
        Ok(SettingValue::Integer(integer))
    }

    fn visit_u64<E>(self, integer: u64) -> Result<SettingValue, E> {
        Ok(i64::try_from(integer).map_or(SettingValue::Other, SettingValue::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> Result<SettingValue, E> {
        Ok(SettingValue::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<SettingValue, A::Error> {
        let mut values = Vec::new();
        while let Some(RawValue(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(SettingValue::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SettingValue, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(SettingValue::Other)
    }
}
