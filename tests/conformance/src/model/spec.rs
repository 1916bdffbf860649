//! Kinds of keys.

use parsec_client::{AnySpec, Error, Hash};
use schemars::JsonSchema;
use serde::Deserialize;

/// A kind of key: its name alone, or with what is said otherwise.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Spec {
    /// One of the names of `AnySpec::named`.
    Name(String),
    /// The same with choices.
    Parts(SpecParts),
}

/// A kind of key with choices.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecParts {
    /// One of the names of `AnySpec::named`.
    pub name: String,
    /// Another hash function, such as `sha-512`.
    pub hash: Option<String>,
    /// The older padding of RSA signatures.
    #[serde(default)]
    pub pkcs1: bool,
    /// It may leave its provider.
    #[serde(default)]
    pub exportable: bool,
    /// It may be copied.
    #[serde(default)]
    pub copyable: bool,
}

impl Spec {
    /// The client's spec of it.
    ///
    /// # Errors
    ///
    /// If there is no such kind, or it has no such choice.
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

/// The hash function of that name.
///
/// # Panics
///
/// If there is none: a mistake of the file.
pub fn hash_named(name: &str) -> Hash {
    serde_json::from_value(name.into()).unwrap_or_else(|error| panic!("{error}"))
}
