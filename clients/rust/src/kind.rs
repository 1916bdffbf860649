//! Kinds of keys from the contracts, with their defaults and options.

use parsec_contracts::types::{
    Algorithm, AsymmetricEncryption, AsymmetricSignature, FullLengthMac, Hash, KeyAttributes,
    KeyDerivation, KeyType, Mac, SignHash,
};

use crate::generated::key_options::{Padding, with_padding};

/// A kind of key, from `contracts/key_kinds.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    /// The attributes of a new key, with the preferred size.
    pub(crate) attributes: KeyAttributes,
    /// Sizes in bits to try if the provider lacks the preferred one, the best first.
    pub(crate) fallbacks: &'static [u32],
}

impl Kind {
    /// Returns the kind with only this size.
    pub(crate) const fn of_bits(mut self, bits: u32) -> Self {
        self.attributes.key_bits = bits;
        self.fallbacks = &[];
        self
    }

    /// Returns the kind with another hash function; unchanged if it has none.
    pub(crate) fn with_hash(self, hash: Hash) -> Self {
        self.with(with_hash(self.attributes, hash))
    }

    /// Returns the kind with another signature padding; unchanged if it does not sign with RSA.
    pub(crate) fn padded(self, padding: Padding) -> Self {
        self.with(with_padding(self.attributes, padding))
    }

    pub(crate) fn with(self, attributes: Option<KeyAttributes>) -> Self {
        Self {
            attributes: attributes.unwrap_or(self.attributes),
            ..self
        }
    }

    /// Returns the kind with export permitted.
    pub(crate) fn exportable(mut self) -> Self {
        self.attributes.key_policy.key_usage_flags.export = true;
        self
    }

    /// Returns the kind with copying permitted.
    pub(crate) fn copyable(mut self) -> Self {
        self.attributes.key_policy.key_usage_flags.copy = true;
        self
    }

    /// Returns the possible attributes, the best first.
    pub(crate) fn choices(&self) -> Vec<KeyAttributes> {
        let fallbacks = self.fallbacks.iter().map(|bits| KeyAttributes {
            key_bits: *bits,
            ..self.attributes
        });
        [self.attributes].into_iter().chain(fallbacks).collect()
    }
}

/// Returns the attributes with another hash function, if the algorithm has a choice.
pub(crate) fn with_hash(mut attributes: KeyAttributes, hash: Hash) -> Option<KeyAttributes> {
    let hash_alg = SignHash::Specific(hash);
    attributes.key_policy.key_algorithm = match attributes.key_policy.key_algorithm {
        Algorithm::AsymmetricSignature(signature) => {
            Algorithm::AsymmetricSignature(match signature {
                AsymmetricSignature::Ecdsa { .. } => AsymmetricSignature::Ecdsa { hash_alg },
                AsymmetricSignature::RsaPss { .. } => AsymmetricSignature::RsaPss { hash_alg },
                AsymmetricSignature::RsaPkcs1v15Sign { .. } => {
                    AsymmetricSignature::RsaPkcs1v15Sign { hash_alg }
                }
                _ => return None,
            })
        }
        Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep { .. }) => {
            Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep { hash_alg: hash })
        }
        Algorithm::Mac(Mac::FullLength(FullLengthMac::Hmac { .. })) => {
            Algorithm::Mac(Mac::FullLength(FullLengthMac::Hmac { hash_alg: hash }))
        }
        Algorithm::KeyDerivation(KeyDerivation::Hkdf { .. }) => {
            Algorithm::KeyDerivation(KeyDerivation::Hkdf { hash_alg: hash })
        }
        _ => return None,
    };
    if attributes.key_type == KeyType::Hmac {
        // As long as the hash (RFC 2104, section 3).
        attributes.key_bits = hash.length() as u32 * 8;
    }
    Some(attributes)
}
