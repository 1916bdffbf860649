//! Secrets that only this chip gives back.

use std::sync::Arc;

use parsec_contracts::Secret;
use parsec_provider::ProviderError;
use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::structures::{
    Digest, KeyedHashScheme, Public, PublicBuilder, PublicKeyedHashParameters, SensitiveData,
};

use crate::Settings;
use crate::blob::Blob;
use crate::chip::{Chip, Encrypted};
use crate::error::failed;

/// Seals a secret of up to 128 bytes.
pub(crate) fn seal(settings: &Settings, secret: &Secret) -> Result<Secret, ProviderError> {
    let doing = "sealing a secret to the TPM";
    let mut chip = Chip::open(settings, Arc::default())?;
    let template = template().map_err(failed(doing))?;
    let sensitive = SensitiveData::try_from(secret.expose()).map_err(failed(doing))?;
    chip.create(doing, template, Some(sensitive))?.encode()
}

/// Gives back what was sealed.
pub(crate) fn unseal(settings: &Settings, sealed: Secret) -> Result<Secret, ProviderError> {
    let blob = Blob::decode(&sealed)?;
    let mut chip = Chip::open(settings, Arc::default())?;
    let handle = chip.load_blob(blob)?;
    let secret = chip.run("unsealing a secret", Encrypted::Response, |context| {
        context.unseal(handle.into())
    })?;
    Ok(Secret::from(secret.value()))
}

fn template() -> Result<Public, tss_esapi::Error> {
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_user_with_auth(true)
        .with_no_da(true)
        .build()?;
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::KeyedHash)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_keyed_hash_parameters(PublicKeyedHashParameters::new(KeyedHashScheme::Null))
        .with_keyed_hash_unique_identifier(Digest::default())
        .build()
}
