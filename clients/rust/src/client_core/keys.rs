//! Generating, opening and importing keys.

use std::sync::Arc;
use std::time::Duration;

use parsec_contracts::operations::{
    GenerateDeviceKey, GenerateVolatileKey, ImportVolatileKey, ListMissingKeys, PsaCopyKey,
    PsaExportPublicKey, PsaGenerateKey, PsaImportKey, RenameKey,
};
use parsec_contracts::types::{CheckType, KeyAttributes, KeyLifetime, MissingKey};
use parsec_contracts::{ErrorKind, Opcode, ProviderId, Secret, Status};

use super::Core;
use super::attributes::{Imported, differences, fitting, public_attributes};
use super::discovery::preference;
use super::lists::repeated_page;
use crate::describe::describe;
use crate::error::{Error, Result};
use crate::key_use::Uses;
use crate::private_key::PrivateKey;
use crate::public_key::PublicKey;
use crate::public_key::has_public_key;
use crate::transport::Transport;

/// A key of the service, generic over the transport.
pub(crate) struct KeyCore<T: Transport> {
    pub(super) core: Core<T>,
    pub(super) name: Arc<str>,
    pub(super) provider: ProviderId,
    pub(super) attributes: KeyAttributes,
    pub(super) public_key: Option<Arc<PublicKey>>,
}

impl<T: Transport> Clone for KeyCore<T> {
    fn clone(&self) -> Self {
        Self {
            core: self.core.clone(),
            name: self.name.clone(),
            provider: self.provider,
            attributes: self.attributes,
            public_key: self.public_key.clone(),
        }
    }
}

/// How a key is created.
#[derive(Clone, Copy)]
enum Origin<'a> {
    Generated,
    GeneratedFor(KeyLifetime),
    /// Generated in a device, with properties that only a device can guarantee.
    GeneratedInDevice {
        attests: bool,
        pcrs: u32,
    },
    Imported(&'a Secret),
    ImportedFor(&'a Secret, KeyLifetime),
}

impl Origin<'_> {
    fn opcode(self) -> Opcode {
        match self {
            Self::Generated => Opcode::PsaGenerateKey,
            Self::GeneratedFor(_) => Opcode::GenerateVolatileKey,
            Self::GeneratedInDevice { .. } => Opcode::GenerateDeviceKey,
            Self::Imported(_) => Opcode::PsaImportKey,
            Self::ImportedFor(..) => Opcode::ImportVolatileKey,
        }
    }

    fn check_type(self) -> CheckType {
        match self {
            Self::Generated | Self::GeneratedFor(_) | Self::GeneratedInDevice { .. } => {
                CheckType::Generate
            }
            Self::Imported(_) | Self::ImportedFor(..) => CheckType::Import,
        }
    }
}

impl<T: Transport> KeyCore<T> {
    /// Returns the same key with separate connections, on any transport.
    pub(crate) fn with_own_connections<U: Transport>(&self) -> KeyCore<U> {
        self.on_core(self.core.with_own_connections())
    }

    /// Returns the same key on another client's connections, on any transport.
    pub(crate) fn on_core<U: Transport>(&self, core: Core<U>) -> KeyCore<U> {
        KeyCore {
            core,
            name: self.name.clone(),
            provider: self.provider,
            attributes: self.attributes,
            public_key: self.public_key.clone(),
        }
    }

    /// Returns the same key with this timeout for each request.
    pub(crate) fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            core: self.core.with_timeout(timeout),
            ..self.clone()
        }
    }

    /// Renames the key.
    pub(crate) async fn rename(&self, name: &str) -> Result<Self> {
        let input = RenameKey {
            key_name: self.name.as_ref().to_owned(),
            new_key_name: name.to_owned(),
        };
        self.named(self.core.call(self.provider, input).await)?;
        let mut renamed = self.clone();
        renamed.name = name.into();
        Ok(renamed)
    }

    /// Creates a second key with the same material and policy.
    pub(crate) async fn copy(&self, name: &str) -> Result<Self> {
        let input = PsaCopyKey {
            source_key_name: self.name.as_ref().to_owned(),
            key_name: name.to_owned(),
            attributes: self.attributes,
            lifetime: None,
        };
        self.named(self.core.call(self.provider, input).await)?;
        let mut copy = self.clone();
        copy.name = name.into();
        Ok(copy)
    }
}

impl<T: Transport> Core<T> {
    /// Generates a key with the first of `choices` that the preferred provider supports.
    pub(super) async fn generate_one_of(
        &self,
        name: &str,
        choices: &[KeyAttributes],
    ) -> Result<KeyCore<T>> {
        self.create(name, choices, Origin::Generated)
            .await
            .map_err(|error| error.with_key_name(name))
    }

    /// Like [`Core::generate_one_of`], for a key that expires.
    pub(super) async fn generate_volatile_one_of(
        &self,
        name: &str,
        choices: &[KeyAttributes],
        lifetime: KeyLifetime,
    ) -> Result<KeyCore<T>> {
        self.create(name, choices, Origin::GeneratedFor(lifetime))
            .await
            .map_err(|error| error.with_key_name(name))
    }

    /// Opens a key that matches one of `choices`, or generates it.
    pub(super) async fn get_or_generate_one_of(
        &self,
        name: &str,
        choices: &[KeyAttributes],
    ) -> Result<KeyCore<T>> {
        let key = match self.open(name).await {
            Ok(key) => key,
            Err(error) if error.kind() == ErrorKind::KeyNotFound => {
                match self.generate_one_of(name, choices).await {
                    // Another caller created it in the meantime: use that key.
                    Err(error) if error.kind() == ErrorKind::KeyExists => self.open(name).await?,
                    result => return result,
                }
            }
            Err(error) => return Err(error),
        };
        let exists = |but: &str| {
            Error::new(
                ErrorKind::KeyExists,
                format!("there is a key of that name, but {but}"),
                "choose another name, or delete that key",
            )
            .with_key_name(name)
        };
        if let Some(differences) = differences(&key.attributes, choices) {
            return Err(exists(&differences));
        }
        for opcode in self.uses.opcodes(&key.attributes)? {
            if !self.serves(key.provider, opcode).await? {
                let provider = key.provider.name();
                return Err(exists(&format!(
                    "its provider {provider} does not serve {opcode}"
                )));
            }
        }
        Ok(key)
    }

    /// Imports a key pair.
    pub(super) async fn import_one_of(
        &self,
        name: &str,
        choices: &[KeyAttributes],
        is_open: bool,
        material: &PrivateKey,
    ) -> Result<KeyCore<T>> {
        let attributes = fitting(choices, &Imported::from(material), is_open)
            .map_err(|error| error.with_key_name(name))?;
        self.create(name, &[attributes], Origin::Imported(material.raw()))
            .await
            .map_err(|error| error.with_key_name(name))
    }

    /// Imports a key in the format of the PSA Crypto API; the service determines its size.
    pub(super) async fn import_bytes_one_of(
        &self,
        name: &str,
        choices: &[KeyAttributes],
        material: &Secret,
    ) -> Result<KeyCore<T>> {
        self.import_unsized(name, choices, Origin::Imported(material))
            .await
    }

    /// Like [`Core::import_bytes_one_of`], for a key that expires.
    pub(super) async fn import_volatile_one_of(
        &self,
        name: &str,
        choices: &[KeyAttributes],
        material: &Secret,
        lifetime: KeyLifetime,
    ) -> Result<KeyCore<T>> {
        self.import_unsized(name, choices, Origin::ImportedFor(material, lifetime))
            .await
    }

    /// Like [`Core::generate_one_of`], for a key that a device stores.
    pub(super) async fn generate_device_key_one_of(
        &self,
        name: &str,
        choices: &[KeyAttributes],
        attests: bool,
        pcrs: u32,
    ) -> Result<KeyCore<T>> {
        self.create(name, choices, Origin::GeneratedInDevice { attests, pcrs })
            .await
            .map_err(|error| error.with_key_name(name))
    }

    async fn import_unsized(
        &self,
        name: &str,
        choices: &[KeyAttributes],
        origin: Origin<'_>,
    ) -> Result<KeyCore<T>> {
        let choices: Vec<_> = choices
            .iter()
            .take(1)
            .map(|attributes| KeyAttributes {
                key_bits: 0,
                ..*attributes
            })
            .collect();
        let made = self.create(name, &choices, origin).await;
        let made = made.map_err(|error| error.with_key_name(name))?;
        // The service determined the size.
        self.at(Some(made.provider)).open(name).await
    }

    /// Imports a public key, for verification.
    pub(super) async fn import_public_one_of(
        &self,
        name: &str,
        choices: &[KeyAttributes],
        is_open: bool,
        material: &PublicKey,
    ) -> Result<KeyCore<T>> {
        let choices: Vec<_> = choices.iter().map(public_attributes).collect();
        let attributes = fitting(&choices, &Imported::from(material), is_open)
            .map_err(|error| error.with_key_name(name))?;
        self.create(
            name,
            &[attributes],
            Origin::Imported(&Secret::from(material.raw())),
        )
        .await
        .map_err(|error| error.with_key_name(name))
    }

    async fn create(
        &self,
        name: &str,
        choices: &[KeyAttributes],
        origin: Origin<'_>,
    ) -> Result<KeyCore<T>> {
        let mut needed = vec![origin.opcode()];
        // All choices are of one kind.
        if let Some(first) = choices.first() {
            needed.extend(self.uses.opcodes(first)?);
        }
        let providers = self.candidates(&needed).await?;
        if let (Some(pinned), Some(first)) = (self.pinned_provider(), choices.first()) {
            self.must_serve_uses(self.uses, pinned, first).await?;
        }
        let (mut refusal, mut reported) = (None, None);
        for &provider in &providers {
            for &attributes in choices {
                if let Some(error) = self
                    .reported_unsupported(provider, origin.check_type(), attributes)
                    .await?
                {
                    reported = Some(error);
                    continue;
                }
                match self.create_at(provider, name, attributes, origin).await {
                    Ok(()) => return self.handle(name, provider, attributes).await,
                    Err(error) if error.kind() == ErrorKind::NotSupported => refusal = Some(error),
                    Err(error) => return Err(error),
                }
            }
        }
        if let Some(refusal) = refusal
            && providers.len() == 1
            && choices.len() == 1
        {
            // The only provider asked: its own error is more precise.
            return Err(refusal);
        }
        let wanted: Vec<_> = choices.iter().map(describe).collect();
        // A provider that makes such keys has a reason if it does not import them.
        let reason = reported.as_ref().and_then(Error::detail);
        let reason = reason.filter(|_| origin.check_type() == CheckType::Import);
        let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
        Err(Error::new(
            ErrorKind::NotSupported,
            match self.pinned_provider() {
                Some(provider) => format!(
                    "the provider {} cannot hold such a key ({}){reason}",
                    provider.name(),
                    wanted.join(" or ")
                ),
                None => format!(
                    "no provider of this service can hold such a key ({})",
                    wanted.join(" or ")
                ),
            },
            "list the providers with `parsec providers`, or choose another kind of key",
        ))
    }

    async fn create_at(
        &self,
        provider: ProviderId,
        key_name: &str,
        attributes: KeyAttributes,
        origin: Origin<'_>,
    ) -> Result<()> {
        let key_name = key_name.to_owned();
        match origin {
            Origin::Generated => {
                let input = PsaGenerateKey {
                    key_name,
                    attributes,
                };
                self.call_for(provider, input, attributes.key_type)
                    .await
                    .map(drop)
            }
            Origin::GeneratedFor(lifetime) => {
                let input = GenerateVolatileKey {
                    key_name,
                    attributes,
                    lifetime,
                };
                self.call_for(provider, input, attributes.key_type)
                    .await
                    .map(drop)
            }
            Origin::GeneratedInDevice { attests, pcrs } => {
                let input = GenerateDeviceKey {
                    key_name,
                    attributes,
                    attests,
                    pcrs,
                };
                self.call_for(provider, input, attributes.key_type)
                    .await
                    .map(drop)
            }
            Origin::ImportedFor(data, lifetime) => {
                let input = ImportVolatileKey {
                    key_name,
                    attributes,
                    data: data.clone(),
                    lifetime,
                };
                self.call(provider, input).await.map(drop)
            }
            Origin::Imported(data) => {
                let input = PsaImportKey {
                    key_name,
                    attributes,
                    data: data.clone(),
                };
                self.call(provider, input).await.map(drop)
            }
        }
    }

    /// Opens a key by its name; of several, the one with the best provider.
    pub(crate) async fn open(&self, name: &str) -> Result<KeyCore<T>> {
        let found = self
            .keys_named(name)
            .await?
            .into_iter()
            .filter(|key| key.name == name)
            .filter_map(|key| {
                let provider = ProviderId::from_number(u8::try_from(key.provider_id).ok()?)?;
                let wanted = self
                    .pinned_provider()
                    .is_none_or(|pinned| pinned == provider);
                wanted.then_some((provider, key.attributes))
            })
            .min_by_key(|&(provider, _)| preference(provider));
        match found {
            Some((provider, attributes)) => self
                .handle(name, provider, attributes)
                .await
                .map_err(|error| error.with_key_name(name)),
            None => {
                let status = Status::PsaErrorDoesNotExist;
                Err(
                    Error::new(ErrorKind::KeyNotFound, status.message(), status.advice())
                        .with_key_name(name),
                )
            }
        }
    }

    async fn handle(
        &self,
        name: &str,
        provider: ProviderId,
        attributes: KeyAttributes,
    ) -> Result<KeyCore<T>> {
        let public_key = if has_public_key(&attributes) {
            let input = PsaExportPublicKey {
                key_name: name.to_owned(),
            };
            let raw = self.call(provider, input).await?.data;
            let key = PublicKey::from_raw(attributes.key_type, attributes.key_bits, raw).map_err(
                |error| {
                    Error::protocol("the service's response is not a public key of this type")
                        .with_source(error)
                        .with_operation(Opcode::PsaExportPublicKey)
                },
            )?;
            Some(Arc::new(key))
        } else {
            None
        };
        Ok(KeyCore {
            core: Self {
                uses: Uses::default(),
                ..self.clone()
            },
            name: name.into(),
            provider,
            attributes,
            public_key,
        })
    }

    /// Returns the missing keys of this application, or of all.
    pub(crate) async fn missing_keys(&self, all_clients: bool) -> Result<Vec<MissingKey>> {
        let mut missing = Vec::new();
        let mut after = 0;
        loop {
            let page = self
                .call_core(ListMissingKeys { all_clients, after })
                .await?;
            missing.extend(page.keys);
            match page.next {
                0 => return Ok(missing),
                next if next > after => after = next,
                _ => return Err(repeated_page()),
            }
        }
    }
}
