//! Parsers of option values.

use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use parsec_client::{AnySpec, Hash};

/// Returns a parser for the name of a kind of key.
pub(crate) fn kinds() -> impl TypedValueParser<Value = AnySpec> {
    let kinds = AnySpec::kinds()
        .map(|(name, what)| PossibleValue::new(name).help(what.trim_end_matches('.')));
    PossibleValuesParser::new(kinds).try_map(|name| AnySpec::named(&name))
}

/// Parses the name of a hash function, in any spelling.
pub(crate) fn hash_function(name: &str) -> Result<Hash, String> {
    // People type "sha256".
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

/// Parses a positive number of seconds.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|timeout| !timeout.is_zero())
        .ok_or_else(|| "a number of seconds is expected, such as 5 or 0.5".to_owned())
}
