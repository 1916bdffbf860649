//! Reading values of options.

use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use parsec_client::{AnySpec, Hash, KeyUse, ProviderId};

/// A kind of key by its name.
pub(crate) fn kinds() -> impl TypedValueParser<Value = AnySpec> {
    let kinds = AnySpec::kinds()
        .map(|(name, what)| PossibleValue::new(name).help(what.trim_end_matches('.')));
    PossibleValuesParser::new(kinds).try_map(|name| AnySpec::named(&name))
}

/// A use of a key by its name.
pub(super) fn key_use() -> impl TypedValueParser<Value = KeyUse> {
    let names = KeyUse::ALL.map(KeyUse::name);
    PossibleValuesParser::new(names).try_map(|name| KeyUse::named(&name))
}

/// A hash function by its name, however that is spelt.
pub(crate) fn hash_function(name: &str) -> Result<Hash, String> {
    // "sha256" is what people type.
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let known = Hash::ALL.iter().copied();
    known
        .clone()
        .find(|hash| plain(hash.name()) == plain(name))
        .ok_or_else(|| {
            let names: Vec<&str> = known.map(Hash::name).collect();
            format!("there are {}", names.join(", "))
        })
}

/// A number of seconds, more than none.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|timeout| !timeout.is_zero())
        .ok_or_else(|| "a number of seconds is expected, such as 5 or 0.5".to_owned())
}

/// A provider by its name.
#[allow(dead_code, reason = "for contracts that name a provider")]
pub(crate) fn provider_name(name: &str) -> Result<ProviderId, String> {
    ProviderId::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = ProviderId::ALL.iter().map(|known| known.name()).collect();
        format!("there are {}", names.join(", "))
    })
}
