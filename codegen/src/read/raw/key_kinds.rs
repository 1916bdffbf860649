//! `key_kinds.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{LanguageMap, Map};

/// `key_kinds.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyKinds {
    /// What keys are for: each role has a handle of its own in the clients.
    #[serde(default)]
    pub role: Map<Role>,
    /// The kinds, in the order in which people are shown them.
    #[serde(default)]
    pub kind: Map<KeyKind>,
}

/// What keys are for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Which keys have it.
    pub doc: String,
    /// The usage flags of their policies.
    pub usage: Vec<String>,
}

/// A kind of key that clients make by name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyKind {
    /// The name as people and JavaScript write it.
    pub title: String,
    /// Its role; without one it is made by name at run time only.
    pub role: Option<String>,
    /// What it is, and where that is specified.
    pub doc: String,
    /// The key's type, a value of `key-type`.
    #[schemars(with = "serde_json::Value")]
    pub key_type: toml::Value,
    /// Sizes in bits, the best first: the first that a provider has is taken.
    pub bits: Vec<u32>,
    /// Sizes in bits that have names of their own, such as `rsa-2048`.
    #[serde(default)]
    pub named_sizes: Vec<u32>,
    /// Hash functions with which the kind has names of its own where a language has constants.
    #[serde(default)]
    pub named_hashes: Vec<String>,
    /// The one algorithm that the policy permits, a value of `algorithm`.
    #[schemars(with = "serde_json::Value")]
    pub algorithm: toml::Value,
    /// The usage flags of the policy, where they are not the role's.
    pub usage: Option<Vec<String>>,
    /// The constant or the type that a language has for it.
    #[serde(default)]
    pub names: LanguageMap<String>,
}
