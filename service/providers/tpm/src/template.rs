//! What the chip is told of a key to be made.

use parsec_contracts::types::{Algorithm, KeyAttributes, KeyType};
use parsec_provider::ProviderError;
use tss_esapi::Error;
use tss_esapi::attributes::{ObjectAttributes, ObjectAttributesBuilder};
use tss_esapi::interface_types::algorithm::{
    HashingAlgorithm, PublicAlgorithm, RsaSchemeAlgorithm,
};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::structures::{
    EccPoint, EccScheme, KeyDerivationFunctionScheme, Public, PublicBuilder, PublicEccParameters,
    PublicKeyRsa, PublicRsaParameters, PublicRsaParametersBuilder, RsaExponent, RsaScheme,
    SymmetricDefinitionObject,
};

use crate::convert;
use crate::error::failed;

/// Where a key comes from, which decides what the chip may promise of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The chip made it, and it was never anywhere else.
    Chip,
    /// It came from outside.
    Outside,
    /// It is a public key alone.
    Public,
}

/// RSA of that size, for every scheme.
pub(crate) fn rsa(bits: u32) -> Option<PublicRsaParameters> {
    PublicRsaParametersBuilder::new()
        .with_symmetric(SymmetricDefinitionObject::Null)
        .with_scheme(RsaScheme::create(RsaSchemeAlgorithm::Null, None).ok()?)
        .with_key_bits(convert::rsa_bits(bits)?)
        .with_exponent(RsaExponent::default())
        .with_is_signing_key(true)
        .with_is_decryption_key(true)
        .build()
        .ok()
}

/// That curve, for every scheme.
pub(crate) fn ecc(curve: EccCurve) -> PublicEccParameters {
    PublicEccParameters::new(
        SymmetricDefinitionObject::Null,
        EccScheme::Null,
        curve,
        KeyDerivationFunctionScheme::Null,
    )
}

/// A key pair as the attributes want it; `unique` is its public part where that is known.
pub(crate) fn rsa_key(
    attributes: &KeyAttributes,
    bits: u32,
    origin: Origin,
    modulus: PublicKeyRsa,
) -> Result<Public, ProviderError> {
    let parameters = rsa(bits)
        .ok_or_else(|| ProviderError::not_supported(format_args!("RSA keys of {bits} bits")))?;
    objects(attributes, origin)
        .and_then(|objects| {
            PublicBuilder::new()
                .with_public_algorithm(PublicAlgorithm::Rsa)
                .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
                .with_object_attributes(objects)
                .with_rsa_parameters(parameters)
                .with_rsa_unique_identifier(modulus)
                .build()
        })
        .map_err(failed("describing the key"))
}

/// The same on a curve.
pub(crate) fn ecc_key(
    attributes: &KeyAttributes,
    curve: EccCurve,
    origin: Origin,
    point: EccPoint,
) -> Result<Public, ProviderError> {
    objects(attributes, origin)
        .and_then(|objects| {
            PublicBuilder::new()
                .with_public_algorithm(PublicAlgorithm::Ecc)
                .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
                .with_object_attributes(objects)
                .with_ecc_parameters(ecc(curve))
                .with_ecc_unique_identifier(point)
                .build()
        })
        .map_err(failed("describing the key"))
}

/// The policy in the chip's two words; a key for nothing gets both, for the chip wants one.
fn objects(attributes: &KeyAttributes, origin: Origin) -> Result<ObjectAttributes, Error> {
    let flags = &attributes.key_policy.key_usage_flags;
    let verifies = flags.verify_hash || flags.verify_message;
    let signs = flags.sign_hash
        || flags.sign_message
        || verifies
        || matches!(
            attributes.key_policy.key_algorithm,
            Algorithm::AsymmetricSignature(_)
        );
    let decrypts = flags.decrypt || flags.encrypt || flags.derive;
    let neither = !signs && !decrypts;
    ObjectAttributesBuilder::new()
        .with_fixed_tpm(origin == Origin::Chip)
        .with_fixed_parent(origin == Origin::Chip)
        .with_sensitive_data_origin(origin == Origin::Chip)
        .with_user_with_auth(true)
        // A wrong value cannot come from outside, so it is no sign of an attack.
        .with_no_da(true)
        .with_sign_encrypt(signs || neither)
        .with_decrypt(decrypts || neither)
        .build()
}

/// Whether the key is a pair on a curve.
pub(crate) fn is_ecc(key_type: &KeyType) -> bool {
    matches!(
        key_type,
        KeyType::EccKeyPair { .. } | KeyType::EccPublicKey { .. }
    )
}
