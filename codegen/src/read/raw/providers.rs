//! `providers.toml` and `authenticators.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Map;

/// `providers.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Providers {
    /// The providers with a number.
    pub provider: Map<Provider>,
}

/// A provider.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provider {
    /// Its number in the wire protocol.
    pub id: u8,
    /// Its UUID: 36 characters.
    pub uuid: String,
    /// Its display name.
    pub title: String,
    /// The vendor of the technology.
    pub vendor: String,
    /// A description.
    pub description: String,
    /// The published provider of the same family, for a provider that is an extension.
    pub family: Option<String>,
    /// The default name of an instance in the published service.
    pub published_name: Option<String>,
    /// Its names in `provider_type` in the configuration.
    #[serde(default)]
    pub config: Vec<String>,
}

/// `authenticators.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authenticators {
    /// The authenticators with a number.
    pub authenticator: Map<Authenticator>,
}

/// A method of authentication.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authenticator {
    /// Its number in the wire protocol.
    pub id: u8,
    /// Its display name.
    pub title: String,
    /// A description of the method and of the content of the authentication field.
    pub description: String,
    /// Its names in `auth_type` in the configuration.
    #[serde(default)]
    pub config: Vec<String>,
}
