//! What the chip is told of a key to be made.

use parsec_contracts::types::{Algorithm, AsymmetricSignature, KeyAttributes, KeyType, SignHash};
use parsec_provider::ProviderError;
use tss_esapi::Error;
use tss_esapi::attributes::{ObjectAttributes, ObjectAttributesBuilder};
use tss_esapi::interface_types::algorithm::{
    HashingAlgorithm, PublicAlgorithm, RsaSchemeAlgorithm,
};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::structures::{
    Digest, EccPoint, EccScheme, HashScheme, KeyDerivationFunctionScheme, Public, PublicBuilder,
    PublicEccParameters, PublicKeyRsa, PublicRsaParameters, PublicRsaParametersBuilder,
    RsaExponent, RsaScheme, SymmetricDefinitionObject,
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

/// What a key promises beside what its policy says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Promises {
    /// Its one scheme, if it signs nothing but what the chip says.
    pub(crate) attests: Option<(AsymmetricSignature, HashingAlgorithm)>,
    /// The policy that has to be fulfilled whenever it is used.
    pub(crate) policy: Digest,
}

impl Promises {
    /// The scheme of an attestation key, which names one hash function (Part 1, 25.1.4).
    pub(crate) fn attester(attributes: &KeyAttributes) -> Result<Self, ProviderError> {
        let flags = &attributes.key_policy.key_usage_flags;
        if flags.sign_hash || flags.sign_message {
            return Err(ProviderError::invalid_argument(
                "attributes: an attestation key signs with certify_key and quote alone; leave \
                 sign-hash and sign-message out",
            ));
        }
        let scheme = match attributes.key_policy.key_algorithm {
            Algorithm::AsymmetricSignature(alg) => match alg.sign_hash() {
                Some(SignHash::Specific(hash)) => convert::hash(hash).map(|hash| (alg, hash)),
                _ => None,
            },
            _ => None,
        };
        let attests = scheme.ok_or_else(|| {
            ProviderError::invalid_argument(
                "attributes: the algorithm of an attestation key is a signature with one hash \
                 function that the TPM has",
            )
        })?;
        Ok(Self {
            attests: Some(attests),
            ..Self::default()
        })
    }
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
    (origin, promises): (Origin, &Promises),
    modulus: PublicKeyRsa,
) -> Result<Public, ProviderError> {
    let parameters = match promises.attests {
        Some((alg, hash)) => attesting_rsa(bits, alg, hash),
        None => rsa(bits),
    }
    .ok_or_else(|| ProviderError::not_supported(format_args!("RSA keys of {bits} bits")))?;
    objects(attributes, origin, promises)
        .and_then(|objects| {
            PublicBuilder::new()
                .with_public_algorithm(PublicAlgorithm::Rsa)
                .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
                .with_object_attributes(objects)
                .with_auth_policy(promises.policy.clone())
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
    (origin, promises): (Origin, &Promises),
    point: EccPoint,
) -> Result<Public, ProviderError> {
    let parameters = match promises.attests {
        Some((_, hash)) => PublicEccParameters::new(
            SymmetricDefinitionObject::Null,
            EccScheme::EcDsa(HashScheme::new(hash)),
            curve,
            KeyDerivationFunctionScheme::Null,
        ),
        None => ecc(curve),
    };
    objects(attributes, origin, promises)
        .and_then(|objects| {
            PublicBuilder::new()
                .with_public_algorithm(PublicAlgorithm::Ecc)
                .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
                .with_object_attributes(objects)
                .with_auth_policy(promises.policy.clone())
                .with_ecc_parameters(parameters)
                .with_ecc_unique_identifier(point)
                .build()
        })
        .map_err(failed("describing the key"))
}

fn attesting_rsa(
    bits: u32,
    alg: AsymmetricSignature,
    hash: HashingAlgorithm,
) -> Option<PublicRsaParameters> {
    let scheme = match alg {
        AsymmetricSignature::RsaPss { .. } => RsaSchemeAlgorithm::RsaPss,
        _ => RsaSchemeAlgorithm::RsaSsa,
    };
    PublicRsaParametersBuilder::new()
        .with_symmetric(SymmetricDefinitionObject::Null)
        .with_scheme(RsaScheme::create(scheme, Some(hash)).ok()?)
        .with_key_bits(convert::rsa_bits(bits)?)
        .with_exponent(RsaExponent::default())
        .with_is_signing_key(true)
        .with_restricted(true)
        .build()
        .ok()
}

/// The policy in the chip's two words; a key for nothing gets both, for the chip wants one.
///
/// RSA keys that sign get both as well: where a chip pads a signature as it should not, the padding
/// is done in software, and the chip applies the bare key with `TPM2_RSA_Decrypt`. A key made
/// without can never be rescued. What the owner of a key may do is decided by its policy in the
/// service, which alone knows the authorisation value.
fn objects(
    attributes: &KeyAttributes,
    origin: Origin,
    promises: &Promises,
) -> Result<ObjectAttributes, Error> {
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
    let signs_bare = signs && !is_ecc(&attributes.key_type);
    let attests = promises.attests.is_some();
    ObjectAttributesBuilder::new()
        .with_fixed_tpm(origin == Origin::Chip)
        .with_fixed_parent(origin == Origin::Chip)
        .with_sensitive_data_origin(origin == Origin::Chip)
        // Where there is a policy, the authorisation value alone is not enough.
        .with_user_with_auth(promises.policy.is_empty())
        // A wrong value cannot come from outside, so it is no sign of an attack.
        .with_no_da(true)
        .with_restricted(attests)
        .with_sign_encrypt(attests || signs || neither)
        .with_decrypt(!attests && (decrypts || neither || signs_bare))
        .build()
}

/// Whether the key is a pair on a curve.
pub(crate) fn is_ecc(key_type: &KeyType) -> bool {
    matches!(
        key_type,
        KeyType::EccKeyPair { .. } | KeyType::EccPublicKey { .. }
    )
}
