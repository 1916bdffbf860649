//! Generates, imports, copies and exports keys.

use parsec_contracts::operations::GenerateDeviceKey;
use parsec_contracts::types::{KeyAttributes, KeyPolicy};
use parsec_contracts::{Secret, Status, policy};
use parsec_provider::{CreatedKey, KeyContext, KeyId, ProviderError};

use crate::engine::Engine;
use crate::key_type::{describe, is_public};
use crate::{capability, plain, validation};

/// Generates a key.
pub(crate) fn generate(
    engine: &dyn Engine,
    attributes: &KeyAttributes,
) -> Result<CreatedKey, ProviderError> {
    capability::check_generate(engine, attributes)?;
    let material = if plain::is_plain(&attributes.key_type) {
        engine.secrets().generate(attributes)?
    } else {
        engine.generate(attributes)?
    };
    Ok(CreatedKey {
        attributes: *attributes,
        material,
    })
}

/// Generates a key pair with properties that only a device guarantees.
pub(crate) fn generate_bound(
    engine: &dyn Engine,
    input: &GenerateDeviceKey,
) -> Result<CreatedKey, ProviderError> {
    let attributes = &input.attributes;
    capability::check_generate(engine, attributes)?;
    if plain::is_plain(&attributes.key_type) {
        return Err(ProviderError::not_supported(format_args!(
            "such {}; a key pair can be one",
            describe(&attributes.key_type)
        )));
    }
    if !input.attests && input.pcrs == 0 {
        return Err(ProviderError::invalid_argument(
            "neither `attests` nor `pcrs` is given; psa_generate_key makes ordinary keys",
        ));
    }
    Ok(CreatedKey {
        attributes: *attributes,
        material: engine.generate_bound(input)?,
    })
}

/// Imports a key. Its size is determined if the attributes leave it open.
pub(crate) fn import(
    engine: &dyn Engine,
    attributes: &KeyAttributes,
    data: &Secret,
) -> Result<CreatedKey, ProviderError> {
    capability::check_import(engine, attributes)?;
    let key_type = &attributes.key_type;
    if plain::is_plain(key_type) {
        let found = with_size(attributes, plain::size_of(key_type, data.expose())?)?;
        capability::check_import(engine, &found)?;
        return Ok(CreatedKey {
            attributes: found,
            material: engine.secrets().import(&found, data.clone())?,
        });
    }
    // The size is checked first, because the checks of a long key take time.
    let found = with_size(attributes, validation::size_of(key_type, data.expose())?)?;
    capability::check_import(engine, &found)?;
    let material = import_pair(engine, &found, data.expose())?;
    Ok(CreatedKey {
        attributes: found,
        material,
    })
}

/// Checks and imports a key pair or public key of a known size.
pub(crate) fn import_pair(
    engine: &dyn Engine,
    attributes: &KeyAttributes,
    data: &[u8],
) -> Result<Secret, ProviderError> {
    validation::check(&attributes.key_type, attributes.key_bits, data)?;
    let (key_bits, material) = engine.import(attributes, data)?;
    if key_bits == attributes.key_bits {
        return Ok(material);
    }
    engine.forget(&KeyContext {
        id: KeyId(0),
        attributes: *attributes,
        material,
    })?;
    Err(ProviderError::new(
        Status::PsaErrorCorruptionDetected,
        format!(
            "the key has {} bits, but was imported as one of {key_bits}",
            attributes.key_bits
        ),
    ))
}

/// Sets the size in the attributes. An error if they have another size.
fn with_size(attributes: &KeyAttributes, key_bits: u32) -> Result<KeyAttributes, ProviderError> {
    let declared = attributes.key_bits;
    if declared != 0 && declared != key_bits {
        return Err(ProviderError::invalid_argument(format!(
            "the key has {key_bits} bits, but its attributes have {declared}; set {key_bits}, or \
             0 for the size of the material"
        )));
    }
    Ok(KeyAttributes {
        key_bits,
        ..*attributes
    })
}

/// Exports a key with its secret parts, if permitted.
pub(crate) fn export(engine: &dyn Engine, key: &KeyContext) -> Result<Secret, ProviderError> {
    match &key.attributes.key_type {
        key_type if plain::is_plain(key_type) => engine.secrets().export(key),
        key_type if is_public(key_type) => engine.public_key(key).map(Secret::new),
        _ => engine.export(key),
    }
}

/// Copies a key. The copy may be used for what both policies permit.
pub(crate) fn copy(
    engine: &dyn Engine,
    source: &KeyContext,
    attributes: &KeyAttributes,
) -> Result<CreatedKey, ProviderError> {
    let from = &source.attributes;
    let differs = |what: &str| {
        Err(ProviderError::invalid_argument(format!(
            "attributes: the {what} of a copy must be that of the source"
        )))
    };
    if attributes.key_type != from.key_type {
        return differs("type");
    }
    if attributes.key_bits != 0 && attributes.key_bits != from.key_bits {
        return differs("size");
    }
    let requested = &attributes.key_policy;
    let key_algorithm = if policy::permits(&from.key_policy.key_algorithm, &requested.key_algorithm)
    {
        requested.key_algorithm
    } else if policy::permits(&requested.key_algorithm, &from.key_policy.key_algorithm) {
        from.key_policy.key_algorithm
    } else {
        return differs("algorithm");
    };
    let key_usage_flags = requested.key_usage_flags & from.key_policy.key_usage_flags;
    let attributes = KeyAttributes {
        key_policy: KeyPolicy {
            key_usage_flags,
            key_algorithm,
        },
        ..*from
    };
    Ok(CreatedKey {
        attributes,
        material: engine.copy(source, &attributes)?,
    })
}

/// Returns the public key of a key pair, or the public key itself.
pub(crate) fn export_public(
    engine: &dyn Engine,
    key: &KeyContext,
) -> Result<Vec<u8>, ProviderError> {
    match &key.attributes.key_type {
        key_type if plain::is_plain(key_type) => Err(ProviderError::invalid_argument(format!(
            "{} have no public key",
            describe(key_type)
        ))),
        _ => engine.public_key(key),
    }
}
