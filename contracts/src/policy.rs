//! Rules of key policies: the algorithms that a policy permits, the algorithms for each key type,
//! and deprecated primitives. Generated checks call these functions.

use crate::types::{
    Aead, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, EccFamily, FullLengthMac,
    Hash, KeyAgreement, KeyAttributes, KeyDerivation, KeyType, KeyWrap, Mac, RawKeyAgreement,
    SignHash, UsageFlags,
};
use crate::{Status, Violation};

/// An input that a key policy can permit.
pub trait AsAlgorithm {
    /// Returns the algorithm in the form that a policy uses.
    fn as_algorithm(&self) -> Algorithm;
}

/// An input that determines the length of a hash.
pub trait HashLength {
    /// Returns the length of the hash in bytes, if the input determines it.
    fn hash_length(&self) -> Option<usize>;
}

impl HashLength for Hash {
    fn hash_length(&self) -> Option<usize> {
        Some(self.length())
    }
}

impl HashLength for AsymmetricSignature {
    fn hash_length(&self) -> Option<usize> {
        match self.sign_hash() {
            Some(SignHash::Specific(hash)) => Some(hash.length()),
            _ => None,
        }
    }
}

/// Returns the length of the hash in bytes, if the algorithm determines it.
pub fn hash_length(algorithm: &impl HashLength) -> Option<usize> {
    algorithm.hash_length()
}

impl AsymmetricSignature {
    /// Returns the hash function of the algorithm; `None` for algorithms without one.
    pub fn sign_hash(&self) -> Option<SignHash> {
        match self {
            Self::RsaPkcs1v15Sign { hash_alg }
            | Self::RsaPss { hash_alg }
            | Self::Ecdsa { hash_alg }
            | Self::DeterministicEcdsa { hash_alg } => Some(*hash_alg),
            Self::RsaPkcs1v15SignRaw | Self::EcdsaAny | Self::PureEddsa => None,
        }
    }

    /// Returns the same algorithm with another hash function, if the algorithm has one.
    #[must_use]
    pub fn with_hash(self, hash: Hash) -> Self {
        let hash_alg = SignHash::Specific(hash);
        match self {
            Self::RsaPkcs1v15Sign { .. } => Self::RsaPkcs1v15Sign { hash_alg },
            Self::RsaPss { .. } => Self::RsaPss { hash_alg },
            Self::Ecdsa { .. } => Self::Ecdsa { hash_alg },
            Self::DeterministicEcdsa { .. } => Self::DeterministicEcdsa { hash_alg },
            other => other,
        }
    }
}

/// Returns the derivation function of a key agreement; the policies of other input keys must permit
/// it. [`Algorithm::None`] for a raw agreement, which has no other input keys.
pub fn derivation_of(agreement: &KeyAgreement) -> Algorithm {
    match agreement {
        KeyAgreement::WithKeyDerivation { kdf_alg, .. } => Algorithm::KeyDerivation(*kdf_alg),
        _ => Algorithm::None,
    }
}

/// Returns whether the policy algorithm `policy` permits the algorithm `requested`.
///
/// This is so if they are equal; if the policy permits any hash function and the request names one
/// (PSA Crypto API, `PSA_ALG_ANY_HASH`); or if the policy permits a raw key agreement and the
/// request derives from the shared secret, which reveals less (`PSA_ALG_KEY_AGREEMENT`).
pub fn permits(policy: &Algorithm, requested: &Algorithm) -> bool {
    if policy == requested {
        return true;
    }
    match (policy, requested) {
        (Algorithm::AsymmetricSignature(policy), Algorithm::AsymmetricSignature(requested)) => {
            match (policy.sign_hash(), requested.sign_hash()) {
                (Some(SignHash::Any), Some(SignHash::Specific(hash))) => {
                    policy.with_hash(hash) == *requested
                }
                _ => false,
            }
        }
        (
            Algorithm::KeyAgreement(KeyAgreement::Raw(policy)),
            Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation { ka_alg, .. }),
        ) => policy == ka_alg,
        _ => false,
    }
}

/// Returns whether keys of this type can be used with the algorithm.
pub fn suits(key_type: &KeyType, algorithm: &Algorithm) -> bool {
    match algorithm {
        Algorithm::None => true,
        Algorithm::Hash(_) => false,
        Algorithm::Mac(mac) => suits_mac(key_type, mac),
        Algorithm::Cipher(cipher) => match cipher {
            Cipher::StreamCipher => matches!(key_type, KeyType::Arc4 | KeyType::Chacha20),
            _ => is_block_cipher(key_type),
        },
        Algorithm::Aead(aead) => suits_aead(key_type, aead),
        Algorithm::AsymmetricSignature(signature) => match signature {
            AsymmetricSignature::RsaPkcs1v15Sign { .. }
            | AsymmetricSignature::RsaPkcs1v15SignRaw
            | AsymmetricSignature::RsaPss { .. } => is_rsa(key_type),
            AsymmetricSignature::Ecdsa { .. }
            | AsymmetricSignature::EcdsaAny
            | AsymmetricSignature::DeterministicEcdsa { .. } => {
                ecc_family(key_type).is_some_and(|family| {
                    !matches!(family, EccFamily::Montgomery | EccFamily::TwistedEdwards)
                })
            }
            AsymmetricSignature::PureEddsa => {
                ecc_family(key_type) == Some(EccFamily::TwistedEdwards)
            }
        },
        Algorithm::AsymmetricEncryption(_) => is_rsa(key_type),
        Algorithm::KeyAgreement(agreement) => match agreement.raw() {
            RawKeyAgreement::Ffdh => {
                matches!(
                    key_type,
                    KeyType::DhKeyPair { .. } | KeyType::DhPublicKey { .. }
                )
            }
            RawKeyAgreement::Ecdh => {
                ecc_family(key_type).is_some_and(|family| family != EccFamily::TwistedEdwards)
            }
        },
        Algorithm::KeyDerivation(_) => {
            matches!(key_type, KeyType::Derive | KeyType::RawData | KeyType::Hmac)
        }
        Algorithm::KeyWrap(KeyWrap::AesKw | KeyWrap::AesKwp) => matches!(key_type, KeyType::Aes),
    }
}

impl KeyAgreement {
    /// Returns the raw agreement, without the derivation.
    pub fn raw(&self) -> RawKeyAgreement {
        match self {
            Self::Raw(raw) => *raw,
            Self::WithKeyDerivation { ka_alg, .. } => *ka_alg,
        }
    }
}

fn suits_mac(key_type: &KeyType, mac: &Mac) -> bool {
    let full = match mac {
        Mac::FullLength(full) => full,
        Mac::Truncated { mac_alg, .. } => mac_alg,
    };
    match full {
        FullLengthMac::Hmac { .. } => matches!(key_type, KeyType::Hmac),
        FullLengthMac::CbcMac | FullLengthMac::Cmac => is_block_cipher(key_type),
    }
}

fn suits_aead(key_type: &KeyType, aead: &Aead) -> bool {
    use crate::types::AeadWithDefaultLengthTag as Tagged;
    match aead.algorithm() {
        Tagged::Ccm | Tagged::Gcm => matches!(key_type, KeyType::Aes | KeyType::Camellia),
        Tagged::Chacha20Poly1305 => matches!(key_type, KeyType::Chacha20),
    }
}

impl Aead {
    /// Returns the algorithm, without the tag length.
    pub fn algorithm(&self) -> crate::types::AeadWithDefaultLengthTag {
        match self {
            Self::AeadWithDefaultLengthTag(algorithm) => *algorithm,
            Self::AeadWithShortenedTag { aead_alg, .. } => *aead_alg,
        }
    }
}

fn is_block_cipher(key_type: &KeyType) -> bool {
    matches!(key_type, KeyType::Aes | KeyType::Des | KeyType::Camellia)
}

fn is_rsa(key_type: &KeyType) -> bool {
    matches!(key_type, KeyType::RsaKeyPair | KeyType::RsaPublicKey)
}

fn ecc_family(key_type: &KeyType) -> Option<EccFamily> {
    match key_type {
        KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
            Some(*curve_family)
        }
        _ => None,
    }
}

/// Returns whether the attributes name a primitive that new keys must not use.
///
/// Deprecated are the hash functions MD2, MD4, MD5 and SHA-1 anywhere in the policy, the key types
/// DES and ARC4, and curves with less than 112 bits of security, for key pairs and public keys.
pub fn is_deprecated(attributes: &KeyAttributes) -> bool {
    let weak_curve = ecc_family(&attributes.key_type)
        .is_some_and(|family| family.deprecated_bits().contains(&attributes.key_bits));
    attributes.key_policy.key_algorithm.is_deprecated()
        || attributes.key_type.is_deprecated()
        || weak_curve
}

/// Returns the hash function of an algorithm.
fn hash_of(algorithm: &Algorithm) -> Option<Hash> {
    match algorithm {
        Algorithm::Hash(hash) => Some(*hash),
        Algorithm::Mac(Mac::FullLength(full) | Mac::Truncated { mac_alg: full, .. }) => {
            match full {
                FullLengthMac::Hmac { hash_alg } => Some(*hash_alg),
                _ => None,
            }
        }
        Algorithm::AsymmetricSignature(signature) => match signature.sign_hash() {
            Some(SignHash::Specific(hash)) => Some(hash),
            _ => None,
        },
        Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep { hash_alg }) => {
            Some(*hash_alg)
        }
        Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation { kdf_alg, .. })
        | Algorithm::KeyDerivation(kdf_alg) => kdf_alg.hash(),
        _ => None,
    }
}

impl KeyDerivation {
    /// Returns the hash function that the derivation uses, if any.
    pub fn hash(&self) -> Option<Hash> {
        match self {
            Self::Hkdf { hash_alg }
            | Self::HkdfExtract { hash_alg }
            | Self::HkdfExpand { hash_alg }
            | Self::Tls12Prf { hash_alg }
            | Self::Tls12PskToMs { hash_alg }
            | Self::Pbkdf2Hmac { hash_alg } => Some(*hash_alg),
            Self::Pbkdf2AesCmacPrf128 => None,
        }
    }
}

/// Checks that the policy has the usage flags that `has` tests.
///
/// # Errors
///
/// [`Status::PsaErrorNotPermitted`] if it does not.
pub fn check_usage(
    attributes: &KeyAttributes,
    has: impl FnOnce(&UsageFlags) -> bool,
    names: &str,
) -> Result<(), Violation> {
    if has(&attributes.key_policy.key_usage_flags) {
        return Ok(());
    }
    Err(Violation {
        status: Status::PsaErrorNotPermitted,
        field: "key_name",
        message: format!("the key's policy does not have the usage flag {names}"),
    })
}

/// Checks that the policy permits the algorithm and that the algorithm is valid for the key type.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if the request does not name a hash function, which only a
/// policy may omit; [`Status::PsaErrorNotPermitted`] if the policy permits another algorithm or the
/// algorithm is not valid for the key type.
pub fn check_algorithm(
    field: &'static str,
    attributes: &KeyAttributes,
    requested: &Algorithm,
) -> Result<(), Violation> {
    if let Algorithm::AsymmetricSignature(signature) = requested
        && signature.sign_hash() == Some(SignHash::Any)
    {
        return Err(Violation {
            status: Status::PsaErrorInvalidArgument,
            field,
            message: "does not name a hash function, which only a key's policy may omit".into(),
        });
    }
    let refuse = |message: &str| {
        Err(Violation {
            status: Status::PsaErrorNotPermitted,
            field,
            message: message.into(),
        })
    };
    if !permits(&attributes.key_policy.key_algorithm, requested) {
        return refuse("is not the algorithm that the key's policy permits");
    }
    if !suits(&attributes.key_type, requested) {
        return refuse("is not valid for the key's type");
    }
    Ok(())
}

/// Returns the security strength in bits of the algorithm's hash function, if it has one: its
/// resistance to collisions, half of its length, or less for SHA-1 and older functions because of
/// known attacks (NIST SP 800-57 part 1 revision 5, table 3).
///
/// `None` if the hash is keyed or derives keys: collisions are not an attack on those.
pub fn hash_strength(algorithm: &Algorithm) -> Option<u32> {
    let hash = match algorithm {
        Algorithm::Hash(_) | Algorithm::AsymmetricSignature(_) => hash_of(algorithm)?,
        _ => return None,
    };
    Some(match hash {
        Hash::Md2 | Hash::Md4 | Hash::Md5 => 0,
        Hash::Sha1 | Hash::Ripemd160 => 80,
        other => u32::try_from(other.length() * 4).unwrap_or(u32::MAX),
    })
}
