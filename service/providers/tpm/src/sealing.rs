//! Seals secrets to a TPM.

use std::sync::Arc;

use parsec_contracts::{Secret, Status};
use parsec_provider::ProviderError;
use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::structures::{
    Digest, KeyedHashScheme, Public, PublicBuilder, PublicKeyedHashParameters, SensitiveData,
};

use crate::Settings;
use crate::blob::Blob;
use crate::device::Device;
use crate::error::failed;
use crate::pcr;
use crate::registers::Registers;

/// Seals a secret of up to 128 bytes to the TPM, and to the current values of the registers.
pub(crate) fn seal(
    settings: &Settings,
    registers: Registers,
    secret: &Secret,
) -> Result<Secret, ProviderError> {
    let doing = "sealing a secret to the TPM";
    let secret = secret.clone();
    Device::start(settings.clone(), Arc::new(()))?.with_tpm(move |tpm| {
        let policy = match registers.is_empty() {
            true => Digest::default(),
            false => pcr::policy_digest(tpm, registers)?,
        };
        let template = template(policy).map_err(failed(doing))?;
        let sensitive = SensitiveData::try_from(secret.expose()).map_err(failed(doing))?;
        let sealed = tpm.create(doing, template, Some(sensitive))?;
        Blob {
            registers,
            ..sealed
        }
        .encode()
    })
}

/// Unseals a secret.
pub(crate) fn unseal(settings: &Settings, sealed: Secret) -> Result<Secret, ProviderError> {
    let blob = Blob::decode(&sealed)?;
    let bound = blob.registers;
    let numbers: Vec<String> = bound.numbers().iter().map(u32::to_string).collect();
    Device::start(settings.clone(), Arc::new(()))?
        .with_tpm(move |tpm| tpm.unseal(blob.clone()))
        .map_err(|error| match error.status() {
            Status::PsaErrorNotPermitted if !bound.is_empty() => ProviderError::new(
                Status::PsaErrorNotPermitted,
                format!(
                    "the TPM's registers {} of the bank {} are not what they were when it was \
                     sealed: the firmware, the boot loader, their settings or what was booted \
                     changed. Boot what was there before, or restore the key from a backup",
                    numbers.join(", "),
                    bound.bank.name()
                ),
            )
            .with_source(error),
            _ => error,
        })
}

/// The registers to which a secret is bound.
pub(crate) fn bound_to(sealed: &Secret) -> Result<Registers, ProviderError> {
    Ok(Blob::decode(sealed)?.registers)
}

fn template(policy: Digest) -> Result<Public, tss_esapi::Error> {
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        // If there is a policy, the authorization value alone is not sufficient.
        .with_user_with_auth(policy.is_empty())
        .with_no_da(true)
        .build()?;
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::KeyedHash)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_auth_policy(policy)
        .with_keyed_hash_parameters(PublicKeyedHashParameters::new(KeyedHashScheme::Null))
        .with_keyed_hash_unique_identifier(Digest::default())
        .build()
}
