//! Making, finding and importing keys.

use std::sync::Arc;

use parsec_contracts::operations::{
    ListKeys, ListKeysOutput, PsaExportPublicKey, PsaGenerateKey, PsaImportKey,
};
use parsec_contracts::types::{CheckType, KeyAttributes, KeyInfo, KeyType};
use parsec_contracts::{
    Body as _, DecodeError, ErrorKind, Opcode, ProviderId, Secret, Status, policy,
};

use super::discovery::preference;
use super::{Core, DEFAULT_TIMEOUT};
use crate::public_key::has_public_key;
use crate::spec::describe;
use crate::transport::Transport;
use crate::{Error, PrivateKey, PublicKey, Result};

/// A key of the service, whatever the transport.
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

/// How a key comes to be.
#[derive(Clone, Copy)]
enum Origin<'a> {
    Generated,
    Imported(&'a Secret),
}

impl Origin<'_> {
    fn opcode(self) -> Opcode {
        match self {
            Self::Generated => Opcode::PsaGenerateKey,
            Self::Imported(_) => Opcode::PsaImportKey,
        }
    }

    fn check_type(self) -> CheckType {
        match self {
            Self::Generated => CheckType::Generate,
            Self::Imported(_) => CheckType::Import,
        }
    }
}

impl<T: Transport> Core<T> {
    /// Makes a key with the first of `choices` that the best provider takes.
    pub(crate) async fn generate(
        &self,
        name: &str,
        choices: &[KeyAttributes],
    ) -> Result<KeyCore<T>> {
        self.create(name, choices, Origin::Generated)
            .await
            .map_err(|error| error.with_key_name(name))
    }

    /// Opens a key that matches one of `choices`, or else makes it.
    pub(crate) async fn get_or_generate(
        &self,
        name: &str,
        choices: &[KeyAttributes],
    ) -> Result<KeyCore<T>> {
        let key = match self.open(name).await {
            Ok(key) => key,
            Err(error) if error.kind() == ErrorKind::KeyNotFound => {
                match self.generate(name, choices).await {
                    // Somebody else was faster: theirs will do.
                    Err(error) if error.kind() == ErrorKind::KeyExists => self.open(name).await?,
                    result => return result,
                }
            }
            Err(error) => return Err(error),
        };
        match differences(&key.attributes, choices) {
            None => Ok(key),
            Some(differences) => Err(Error::new(
                ErrorKind::KeyExists,
                format!("there is a key of that name, but {differences}"),
                "choose another name, or delete that key",
            )
            .with_key_name(name)),
        }
    }

    /// Brings a key pair in.
    pub(crate) async fn import(
        &self,
        name: &str,
        choices: &[KeyAttributes],
        material: &PrivateKey,
    ) -> Result<KeyCore<T>> {
        let fitting = choices.iter().find(|attributes| material.fits(attributes));
        let Some(attributes) = fitting.or(unsized_rsa(choices, material.key_type())) else {
            return Err(unfit(&material.description(), choices).with_key_name(name));
        };
        let attributes = KeyAttributes {
            key_bits: material.bits(),
            ..*attributes
        };
        self.create(name, &[attributes], Origin::Imported(material.raw()))
            .await
            .map_err(|error| error.with_key_name(name))
    }

    /// Brings a public key in, to verify with.
    pub(crate) async fn import_public(
        &self,
        name: &str,
        choices: &[KeyAttributes],
        material: &PublicKey,
    ) -> Result<KeyCore<T>> {
        let choices: Vec<_> = choices.iter().map(public_attributes).collect();
        let fitting = choices.iter().find(|attributes| {
            attributes.key_type == material.key_type() && attributes.key_bits == material.bits()
        });
        let Some(attributes) = fitting.or(unsized_rsa(&choices, material.key_type())) else {
            return Err(unfit(&material.description(), &choices).with_key_name(name));
        };
        let attributes = KeyAttributes {
            key_bits: material.bits(),
            ..*attributes
        };
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
        let providers = self.candidates(&[origin.opcode()]).await?;
        let mut refusal = None;
        for &provider in &providers {
            for &attributes in choices {
                if self
                    .declines(provider, origin.check_type(), attributes)
                    .await?
                {
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
            // The only one asked; its own words say more than ours.
            return Err(refusal);
        }
        let wanted: Vec<_> = choices.iter().map(describe).collect();
        Err(Error::new(
            ErrorKind::NotSupported,
            match self.pinned_provider() {
                Some(provider) => format!(
                    "the provider {} cannot hold such a key ({})",
                    provider.name(),
                    wanted.join(" or ")
                ),
                None => format!(
                    "no provider of this service can hold such a key ({})",
                    wanted.join(" or ")
                ),
            },
            "see what there is with `parsec providers`, or ask for another kind of key",
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

    /// Finds a key by its name; of several, the one whose provider is the best.
    pub(crate) async fn open(&self, name: &str) -> Result<KeyCore<T>> {
        let found = self
            .keys()
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
                    Error::protocol("the service's answer is no such public key")
                        .with_source(error)
                        .with_operation(Opcode::PsaExportPublicKey)
                },
            )?;
            Some(Arc::new(key))
        } else {
            None
        };
        Ok(KeyCore {
            core: self.clone(),
            name: name.into(),
            provider,
            attributes,
            public_key,
        })
    }

    /// Every key of this application that this client can understand.
    pub(crate) async fn keys(&self) -> Result<Vec<KeyInfo>> {
        let bytes = self
            .bytes(ProviderId::Core, ListKeys {}, DEFAULT_TIMEOUT)
            .await?;
        let keys = match ListKeysOutput::decode(&bytes) {
            Ok(output) => Some(output.keys),
            // A key of a kind that is newer than this client must not hide the others.
            Err(DecodeError::Invalid { .. }) => entries(&bytes).map(|entries| {
                entries
                    .into_iter()
                    .filter_map(|entry| KeyInfo::decode(entry).ok())
                    .collect()
            }),
            Err(_) => None,
        };
        keys.ok_or_else(|| {
            Error::protocol("the service's list of keys cannot be understood")
                .with_operation(Opcode::ListKeys)
        })
    }
}

/// What keeps an existing key from being any of `choices`, for the choice that is nearest.
fn differences(existing: &KeyAttributes, choices: &[KeyAttributes]) -> Option<String> {
    let mut nearest: Option<Vec<String>> = None;
    for wanted in choices {
        let mut differences = Vec::new();
        if existing.key_type != wanted.key_type || existing.key_bits != wanted.key_bits {
            differences.push(format!(
                "it is {}, not {}",
                describe(existing),
                describe(wanted)
            ));
        }
        let (have, want) = (&existing.key_policy, &wanted.key_policy);
        if !policy::permits(&have.key_algorithm, &want.key_algorithm) {
            differences.push(format!(
                "it is for {:?}, not for {:?}",
                have.key_algorithm, want.key_algorithm
            ));
        }
        let (have, want) = (&have.key_usage_flags, &want.key_usage_flags);
        if have.export != want.export {
            let not = if have.export { "" } else { "not " };
            differences.push(format!("its private part may {not}be exported"));
        }
        let lacks_signing = (want.sign_hash && !have.sign_hash && !have.sign_message)
            || (want.verify_hash && !have.verify_hash && !have.verify_message);
        if lacks_signing {
            differences.push("its policy does not permit both signing and verifying".into());
        }
        if differences.is_empty() {
            return None;
        }
        if nearest
            .as_ref()
            .is_none_or(|nearest| differences.len() < nearest.len())
        {
            nearest = Some(differences);
        }
    }
    Some(nearest.unwrap_or_default().join(", and "))
}

/// The attributes of a key pair's public half, for verifying alone.
fn public_attributes(pair: &KeyAttributes) -> KeyAttributes {
    let mut attributes = *pair;
    attributes.key_type = match pair.key_type {
        KeyType::RsaKeyPair => KeyType::RsaPublicKey,
        KeyType::EccKeyPair { curve_family } => KeyType::EccPublicKey { curve_family },
        other => other,
    };
    let usage = &mut attributes.key_policy.key_usage_flags;
    usage.sign_hash = false;
    usage.sign_message = false;
    // A public key is no secret.
    usage.export = true;
    attributes
}

/// A specification of RSA that leaves the size open takes a key of any.
fn unsized_rsa(choices: &[KeyAttributes], key_type: KeyType) -> Option<&KeyAttributes> {
    choices
        .first()
        .filter(|first| choices.len() > 1 && first.key_type == key_type)
}

fn unfit(description: &str, choices: &[KeyAttributes]) -> Error {
    let wanted: Vec<_> = choices.iter().map(describe).collect();
    Error::invalid(
        format!(
            "the key to import is {description}, not {}",
            wanted.join(" or ")
        ),
        "import it with the specification that fits",
    )
}

/// The elements of field 1 of a protobuf message that has no other fields.
fn entries(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    const FIELD_1_OF_BYTES: u8 = 0x0a;
    let mut entries = Vec::new();
    while let Some((&tag, rest)) = bytes.split_first() {
        if tag != FIELD_1_OF_BYTES {
            return None;
        }
        let (length, rest) = varint(rest)?;
        let (entry, rest) = rest.split_at_checked(length)?;
        entries.push(entry);
        bytes = rest;
    }
    Some(entries)
}

fn varint(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (index, &byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f).checked_shl(7 * u32::try_from(index).ok()?)?;
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{KeySpec as _, ecdsa_p256, ecdsa_p384, rsa};

    #[test]
    fn a_key_of_an_unknown_kind_does_not_hide_the_others() {
        let known = KeyInfo {
            provider_id: 1,
            name: "known".into(),
            attributes: ecdsa_p256().choices()[0],
        };
        let good = known.clone().encode();
        // A key whose curve family has the number 99.
        let mut odd = good.to_vec();
        let at = odd
            .windows(2)
            .position(|pair| pair == [0x08, 0x02])
            .unwrap();
        odd[at + 1] = 99;
        let mut bytes = Vec::new();
        for entry in [&odd, &*good] {
            bytes.push(0x0a);
            bytes.push(u8::try_from(entry.len()).unwrap());
            bytes.extend_from_slice(entry);
        }
        assert!(matches!(
            ListKeysOutput::decode(&bytes),
            Err(DecodeError::Invalid { .. })
        ));
        let keys: Vec<_> = entries(&bytes)
            .unwrap()
            .into_iter()
            .filter_map(|entry| KeyInfo::decode(entry).ok())
            .collect();
        assert_eq!(keys, [known]);
    }

    #[test]
    fn what_differs_is_said_and_what_fits_is_taken() {
        let p256 = ecdsa_p256().choices();
        assert_eq!(differences(&p256[0], &p256), None);
        let text = differences(&p256[0], &ecdsa_p384().choices()).unwrap();
        assert!(text.contains("it is P-256, not P-384"), "{text}");
        let text = differences(&p256[0], &ecdsa_p256().exportable().choices()).unwrap();
        assert_eq!(text, "its private part may not be exported");
        assert_eq!(
            differences(&rsa().bits(2048).choices()[0], &rsa().choices()),
            None
        );
    }
}
