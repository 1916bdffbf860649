//! Specifications of new keys, by name.

use napi::Result;
use napi_derive::napi;
use parsec_client::{AnySpec, KeyAttributes, KeyUse};

use crate::convert;
use crate::error::{failure, invalid};

/// The specification of a new key.
#[napi(object, object_to_js = false)]
#[derive(Debug, Default)]
pub struct Spec {
    /// One of [`AnySpec::names`].
    pub name: Option<String>,
    /// All attributes as JSON, instead of a name.
    pub attributes: Option<String>,
    /// The hash function, instead of the default of the kind.
    pub hash: Option<String>,
    /// Whether RSA signatures use PKCS #1 v1.5 instead of PSS.
    pub pkcs1: Option<bool>,
    /// Whether the key may be exported.
    pub exportable: Option<bool>,
    /// Whether the key may be copied.
    pub copyable: Option<bool>,
    /// The number of the provider.
    pub provider: Option<u32>,
    /// Names of intended uses, from [`KeyUse::ALL`].
    pub uses: Option<Vec<String>>,
}

impl Spec {
    pub(crate) fn read(&self) -> Result<AnySpec> {
        let mut spec = match (&self.name, &self.attributes) {
            (Some(name), None) => AnySpec::named(name).map_err(failure)?,
            (None, Some(json)) => {
                let attributes: KeyAttributes = serde_json::from_str(json)
                    .map_err(|error| invalid(format!("attributes: {error}")))?;
                AnySpec::from_attributes(attributes)
            }
            _ => return Err(invalid("algorithm: give it or attributes, and not both")),
        };
        if let Some(hash) = &self.hash {
            spec = spec.hash(convert::hash(hash)?).map_err(failure)?;
        }
        if self.pkcs1 == Some(true) {
            spec = spec.pkcs1().map_err(failure)?;
        }
        if self.exportable == Some(true) {
            spec = spec.exportable();
        }
        if self.copyable == Some(true) {
            spec = spec.copyable();
        }
        if let Some(number) = self.provider {
            spec = spec.provider(convert::provider(number)?);
        }
        for name in self.uses.iter().flatten() {
            spec = spec.uses([KeyUse::named(name).map_err(failure)?]);
        }
        Ok(spec)
    }
}
