//! The context of a key, which the service and a provider exchange.

use std::fmt;

use parsec_contracts::Secret;
use parsec_contracts::types::KeyAttributes;

/// The number of a key in the key store. It is never reused after the key is deleted.
///
/// A provider may therefore cache loaded keys by this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u64);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// An existing key that the provider created.
#[derive(Clone)]
pub struct KeyContext {
    /// Its number in the key store.
    pub id: KeyId,
    /// Its type, size and policy.
    pub attributes: KeyAttributes,
    /// The material from [`CreatedKey::material`], unchanged.
    pub material: Secret,
}

impl fmt::Debug for KeyContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyContext")
            .field("id", &self.id)
            .field("attributes", &self.attributes)
            .field("material", &format_args!("{} bytes", self.material.len()))
            .finish()
    }
}

/// A key that a provider generated or imported. The service stores it.
#[derive(Clone)]
pub struct CreatedKey {
    /// The requested attributes, with `key_bits` set.
    pub attributes: KeyAttributes,
    /// The data that the provider needs to use the key again: the key itself, a wrapped blob, or
    /// the name of an object on the device. The service encrypts it at rest and returns it
    /// unchanged.
    pub material: Secret,
}

impl fmt::Debug for CreatedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreatedKey")
            .field("attributes", &self.attributes)
            .field("material", &format_args!("{} bytes", self.material.len()))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parsec_contracts::types::{Algorithm, KeyPolicy, KeyType, UsageFlags};

    #[test]
    fn material_is_not_printed() {
        let attributes = KeyAttributes {
            key_type: KeyType::RawData,
            key_bits: 32,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags::default(),
                key_algorithm: Algorithm::None,
            },
        };
        let material = Secret::from(&[0xde, 0xad, 0xbe, 0xef][..]);
        let created = CreatedKey {
            attributes,
            material: material.clone(),
        };
        let context = KeyContext {
            id: KeyId(7),
            attributes,
            material,
        };
        for printed in [format!("{created:?}"), format!("{context:?}")] {
            assert!(printed.contains("4 bytes"), "{printed}");
            assert!(!printed.contains("222, 173") && !printed.to_lowercase().contains("dead"));
        }
    }
}
