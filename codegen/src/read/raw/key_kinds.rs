//! `key_kinds.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{LanguageMap, Map};

/// `key_kinds.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyKinds {
    /// The roles of keys. Each role has its own handle in the clients.
    #[serde(default)]
    pub role: Map<Role>,
    /// The kinds, in display order.
    #[serde(default)]
    pub kind: Map<KeyKind>,
}

/// A role: the purpose of keys.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// A description of its keys.
    pub doc: String,
    /// The usage flags of their policies.
    pub usage: Vec<String>,
}

/// A kind of key that clients create by name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyKind {
    /// The display name, which is also the name in JavaScript.
    pub title: String,
    /// Its role. A kind without a role can only be created by name at run time.
    pub role: Option<String>,
    /// A description, with the specification.
    pub doc: String,
    /// The type of the key, a value of `key-type`.
    #[schemars(with = "serde_json::Value")]
    pub key_type: toml::Value,
    /// Sizes in bits, in the order of preference. The default is the first that the provider
    /// supports.
    pub bits: Vec<u32>,
    /// Sizes in bits with names, such as `rsa-2048`.
    #[serde(default)]
    pub named_sizes: Vec<u32>,
    /// Hash functions for which languages with constants have additional names.
    #[serde(default)]
    pub named_hashes: Vec<String>,
    /// The only algorithm that the policy permits, a value of `algorithm`.
    #[schemars(with = "serde_json::Value")]
    pub algorithm: toml::Value,
    /// The usage flags of the policy. The default is those of the role.
    pub usage: Option<Vec<String>>,
    /// The constant or the type that a language has for it.
    #[serde(default)]
    pub names: LanguageMap<String>,
}
