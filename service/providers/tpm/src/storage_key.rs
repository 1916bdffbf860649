//! The storage key: the parent of all keys.

use std::fmt::Write as _;

use parsec_contracts::Status;
use parsec_provider::{Device, ProviderError};
use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::constants::SessionType;
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as ResponseKind;
use tss_esapi::handles::{KeyHandle, ObjectHandle, PersistentTpmHandle, SessionHandle, TpmHandle};
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::interface_types::dynamic_handles::Persistent;
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::resource_handles::{Hierarchy, Provision};
use tss_esapi::structures::{
    EccPoint, Public, PublicBuilder, PublicEccParametersBuilder, SymmetricDefinition,
    SymmetricDefinitionObject,
};
use tss_esapi::{Context, Error, WrapperErrorKind};

use crate::error::{failed, kind};

/// Creates the storage key from the seed of the owner hierarchy; it is the same each time.
fn make(context: &mut Context) -> Result<KeyHandle, ProviderError> {
    let template = template().map_err(failed("describing the storage key"))?;
    as_owner(context, |context| {
        context.create_primary(Hierarchy::Owner, template, None, None, None, None)
    })
    .map(|made| made.key_handle)
    .map_err(failed("creating the storage key under the owner hierarchy"))
}

/// Runs a command with the owner's authorization value, which is proved with the session's HMAC and
/// not sent. There is no key yet to salt the session.
fn as_owner<T>(
    context: &mut Context,
    run: impl FnOnce(&mut Context) -> Result<T, Error>,
) -> Result<T, Error> {
    let session = context
        .execute_without_session(|context| {
            context.start_auth_session(
                None,
                None,
                None,
                SessionType::Hmac,
                SymmetricDefinition::AES_128_CFB,
                HashingAlgorithm::Sha256,
            )
        })?
        .ok_or(Error::WrapperError(WrapperErrorKind::WrongValueFromTpm))?;
    let result = context.execute_with_session(Some(session), run);
    let object = SessionHandle::from(session).into();
    let flushed = context.execute_without_session(|context| context.flush_context(object));
    result.and_then(|output| flushed.map(|()| output))
}

/// The loaded storage key.
pub(crate) struct StorageKey {
    pub(crate) handle: KeyHandle,
    /// The persistent handle at which it must still be stored.
    place: Option<PersistentTpmHandle>,
}

/// Finds the storage key at its persistent handle, or creates it.
pub(crate) fn find(
    context: &mut Context,
    handle: Option<u32>,
) -> Result<StorageKey, ProviderError> {
    let Some(handle) = handle else {
        let (handle, place) = (make(context)?, None);
        return Ok(StorageKey { handle, place });
    };
    let doing = "searching for the storage key";
    let place = PersistentTpmHandle::new(handle).map_err(|error| {
        ProviderError::invalid_argument(format!(
            "storage_key_handle: {handle:#010x} is not a persistent handle; these are 0x81000000 to \
             0x81ffffff"
        ))
        .with_source(error)
    })?;
    let found = context.execute_without_session(|context| {
        context.tr_from_tpm_public(TpmHandle::Persistent(place))
    });
    match found {
        Ok(object) => Ok(StorageKey {
            handle: own(context, object, handle)?,
            place: None,
        }),
        Err(error)
            if matches!(
                kind(&error),
                Some(ResponseKind::Handle | ResponseKind::Value)
            ) =>
        {
            Ok(StorageKey {
                handle: make(context)?,
                place: Some(place),
            })
        }
        Err(error) => Err(failed(doing)(error)),
    }
}

/// Stores the key at its persistent handle if necessary. Returns its new handle.
pub(crate) fn keep(context: &mut Context, key: &StorageKey) -> Result<KeyHandle, ProviderError> {
    let Some(place) = key.place else {
        return Ok(key.handle);
    };
    let kept = as_owner(context, |context| {
        let place = Persistent::Persistent(place);
        context.evict_control(Provision::Owner, key.handle.into(), place)
    });
    let flushed =
        context.execute_without_session(|context| context.flush_context(key.handle.into()));
    let kept = kept.map_err(failed("storing the storage key in the TPM"))?;
    flushed.map_err(failed("flushing an object from the TPM"))?;
    Ok(kept.into())
}

/// The TPM's identity: the name of its storage key, which is unique to the TPM and changes when its
/// owner hierarchy is cleared.
pub(crate) fn device(context: &mut Context, key: KeyHandle) -> Result<Device, ProviderError> {
    let name = context
        .tr_get_name(key.into())
        .map_err(failed("reading the storage key's name"))?;
    let mut digits = String::with_capacity(2 * name.value().len());
    for byte in name.value() {
        let _ = write!(digits, "{byte:02x}");
    }
    Ok(Device {
        description: format!("the TPM whose storage key has the name {digits}"),
        name: digits,
        manufacturer: String::new(),
        model: String::new(),
    })
}

/// An object at the handle must have our template: our keys would not load under another key.
fn own(
    context: &mut Context,
    object: ObjectHandle,
    handle: u32,
) -> Result<KeyHandle, ProviderError> {
    let doing = "searching for the storage key";
    let (public, ..) = context
        .execute_without_session(|context| context.read_public(object.into()))
        .map_err(failed(doing))?;
    let template = template().map_err(failed(doing))?;
    if !is_made_as(&public, &template) {
        return Err(ProviderError::new(
            Status::PsaErrorInvalidArgument,
            format!(
                "storage_key_handle: {handle:#010x} holds a key of another template; name another \
                 handle, or leave it out"
            ),
        ));
    }
    Ok(object.into())
}

fn is_made_as(public: &Public, template: &Public) -> bool {
    let how = |public: &Public| match public {
        Public::Ecc {
            object_attributes,
            name_hashing_algorithm,
            auth_policy,
            parameters,
            ..
        } => Some((
            *object_attributes,
            *name_hashing_algorithm,
            auth_policy.clone(),
            *parameters,
        )),
        _ => None,
    };
    how(public).is_some() && how(public) == how(template)
}

/// The standard template of a storage key (TCG Provisioning Guidance, 7.5.1): ECC P-256.
fn template() -> Result<Public, Error> {
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_sensitive_data_origin(true)
        .with_user_with_auth(true)
        .with_no_da(true)
        .with_restricted(true)
        .with_decrypt(true)
        .build()?;
    let parameters = PublicEccParametersBuilder::new_restricted_decryption_key(
        SymmetricDefinitionObject::AES_128_CFB,
        EccCurve::NistP256,
    )
    .build()?;
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Ecc)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_ecc_parameters(parameters)
        .with_ecc_unique_identifier(EccPoint::default())
        .build()
}
