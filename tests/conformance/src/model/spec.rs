//! Key kinds.

use parsec_client::{AnySpec, Error, Hash};
use schemars::JsonSchema;
use serde::Deserialize;

/// A key kind: its name alone, or its name with options.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Spec {
    /// One of the names of `AnySpec::named`.
    Name(String),
    /// A name with options.
    Parts(SpecParts),
}

/// A key kind with options.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecParts {
    /// One of the names of `AnySpec::named`.
    pub name: String,
    /// Another hash function, such as `sha-512`.
    pub hash: Option<String>,
    /// PKCS #1 v1.5 padding of RSA signatures.
    #[serde(default)]
    pub pkcs1: bool,
    /// Whether the key can be exported.
    #[serde(default)]
    pub exportable: bool,
    /// Whether the key can be copied.
    #[serde(default)]
    pub copyable: bool,
}

impl Spec {
    /// Returns the client's specification of it.
    ///
    /// # Errors
    ///
    /// If there is no such kind, or it lacks such an option.
    ///
    /// # Panics
    ///
    /// If there is no such hash function.
    pub fn client(&self) -> Result<AnySpec, Error> {
        let parts = match self {
            Self::Name(name) => return AnySpec::named(name),
            Self::Parts(parts) => parts,
        };
        let mut spec = AnySpec::named(&parts.name)?;
        if let Some(name) = &parts.hash {
            spec = spec.hash(hash_named(name))?;
        }
        if parts.pkcs1 {
            spec = spec.pkcs1()?;
        }
        if parts.exportable {
            spec = spec.exportable();
        }
        if parts.copyable {
            spec = spec.copyable();
        }
        Ok(spec)
    }
}

/// Returns the hash function of this name.
///
/// # Panics
///
/// If it does not exist: an error in the file.
pub fn hash_named(name: &str) -> Hash {
    serde_json::from_value(name.into()).unwrap_or_else(|error| panic!("{error}"))
}
