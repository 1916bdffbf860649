//! What a new key shall be, by name.

use napi::Result;
use napi_derive::napi;
use parsec_client::{AnySpec, KeyAttributes, KeyUse};

use crate::convert;
use crate::error::{failure, invalid};

/// What a new key shall be.
#[napi(object, object_to_js = false)]
#[derive(Debug, Default)]
pub struct Spec {
    /// One of [`AnySpec::names`].
    pub name: Option<String>,
    /// All attributes as JSON, in place of a name.
    pub attributes: Option<String>,
    /// Another hash than the name says.
    pub hash: Option<String>,
    /// RSA signatures after PKCS #1 v1.5 and not PSS.
    pub pkcs1: Option<bool>,
    /// Let the key be exported.
    pub exportable: Option<bool>,
    /// Let the key be copied.
    pub copyable: Option<bool>,
    /// The number of the provider to keep it.
    pub provider: Option<u32>,
    /// Names of uses: one of [`KeyUse::ALL`].
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
