//! `providers.toml` and `authenticators.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Map;

/// `providers.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Providers {
    /// The providers that have a number.
    pub provider: Map<Provider>,
}

/// A provider.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provider {
    /// Its number on the wire.
    pub id: u8,
    /// Its UUID, 36 characters.
    pub uuid: String,
    /// Its name for people.
    pub title: String,
    /// Who stands behind the technology.
    pub vendor: String,
    /// What it is.
    pub description: String,
    /// The provider of which it is one more, if the protocol does not have it itself.
    pub family: Option<String>,
    /// The name that the published service gives an instance by default.
    pub published_name: Option<String>,
    /// Its names in a configuration's `provider_type`.
    #[serde(default)]
    pub config: Vec<String>,
}

/// `authenticators.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authenticators {
    /// The authenticators that have a number.
    pub authenticator: Map<Authenticator>,
}

/// A way to say who is calling.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authenticator {
    /// Its number on the wire.
    pub id: u8,
    /// Its name for people.
    pub title: String,
    /// What it does and what its field holds.
    pub description: String,
    /// Its names in a configuration's `auth_type`.
    #[serde(default)]
    pub config: Vec<String>,
}
