//! `key_kinds.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{LanguageMap, Map};

/// `key_kinds.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyKinds {
    /// The options of new keys, in the order of the clients' parameters.
    #[serde(default)]
    pub option: Map<KeyOption>,
    /// The enumerations of options.
    #[serde(default)]
    pub choice: Map<Choice>,
    /// The families of kinds, which some languages have as namespaces.
    #[serde(default)]
    pub family: Map<Family>,
    /// The roles of keys. Each role has its own handle in the clients.
    #[serde(default)]
    pub role: Map<Role>,
    /// The kinds, in display order.
    #[serde(default)]
    pub kind: Map<KeyKind>,
}

/// An option of a new key, besides its kind.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyOption {
    /// A description: a noun phrase, or a clause with "whether".
    pub doc: String,
    /// Its type: `flag`, `hash`, `provider`, or the name of a choice.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Whether it is a list.
    #[serde(default)]
    pub many: bool,
    /// The default in words, if it is neither off nor the first value of the choice nor an empty
    /// list.
    pub default: Option<String>,
    /// The roles whose keys can have it. The default is all.
    pub roles: Option<Vec<String>>,
    /// The usage flag that a `flag` adds to the policy.
    pub usage: Option<String>,
    /// Its name in a language that uses another one.
    #[serde(default)]
    pub names: LanguageMap<String>,
}

/// An enumeration of an option.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// A description: a noun phrase.
    pub doc: String,
    /// The union of algorithms in which each value chooses a variant. Omit it if the values do not
    /// change the attributes of a key.
    pub algorithm: Option<String>,
    /// Its values. The first is the default of an option that is no list.
    pub value: Map<ChoiceValue>,
    /// The name of the type in a language that uses another one.
    #[serde(default)]
    pub names: LanguageMap<String>,
}

/// A value of an enumeration.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceValue {
    /// A description: a noun phrase.
    pub doc: String,
    /// The variant of the choice's union of algorithms.
    pub variant: Option<String>,
    /// Its name in a language that uses another one.
    #[serde(default)]
    pub names: LanguageMap<String>,
}

/// A family of kinds.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// A description: a noun phrase, with the specification.
    pub doc: String,
    /// The namespace in a language, which is the first part of the names of its kinds.
    pub names: LanguageMap<String>,
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
    /// The only algorithm that the policy permits, a value of `algorithm`.
    #[schemars(with = "serde_json::Value")]
    pub algorithm: toml::Value,
    /// The usage flags of the policy. The default is those of the role.
    pub usage: Option<Vec<String>>,
    /// The constant or the type that a language has for it.
    #[serde(default)]
    pub names: LanguageMap<String>,
    /// The kind that differs only in its size, for languages that have one type for both and choose
    /// the size by an option.
    pub size_of: Option<String>,
    /// The kind with values of its options, for languages that have a constant for it.
    #[serde(default)]
    pub preset: Map<Preset>,
}

/// A kind with values of its options.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// A description.
    pub doc: String,
    /// The values of enumerations, by option.
    pub with: Map<String>,
    /// The constants by language.
    pub names: LanguageMap<String>,
}
