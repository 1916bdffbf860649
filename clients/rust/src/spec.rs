//! What a new key shall be.

use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, EccFamily, Hash, KeyAttributes, KeyPolicy, KeyType, SignHash,
    UsageFlags,
};

use crate::{Key, ProviderId, Result, SigningKey, blocking};

/// What a new key shall be, and with it the type of its handle. Made by [`ecdsa_p256`],
/// [`rsa`](fn@rsa) and their kind; sealed.
pub trait KeySpec: sealed::Sealed + Clone + Send + Sync {
    /// The handle of [`Client`](crate::Client).
    type Handle;
    /// The handle of [`blocking::Client`].
    type BlockingHandle;

    /// The attributes that would do, the best first.
    fn choices(&self) -> Vec<KeyAttributes>;

    /// The one provider that it shall be, where that was said.
    fn provider(&self) -> Option<ProviderId>;

    /// The typed handle of a key that was made or opened with this specification.
    ///
    /// # Errors
    ///
    /// If the key is of another kind.
    fn handle(key: Key) -> Result<Self::Handle>;

    /// As [`KeySpec::handle`], blocking.
    ///
    /// # Errors
    ///
    /// If the key is of another kind.
    fn blocking_handle(key: blocking::Key) -> Result<Self::BlockingHandle>;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// A key pair that signs with ECDSA on NIST's curve P-256, over SHA-256: what every provider can
/// do, and the choice when in doubt.
pub fn ecdsa_p256() -> EcdsaSpec {
    EcdsaSpec::new(EccFamily::SecpR1, 256, Hash::Sha256)
}

/// A key pair that signs with ECDSA on NIST's curve P-384, over SHA-384.
pub fn ecdsa_p384() -> EcdsaSpec {
    EcdsaSpec::new(EccFamily::SecpR1, 384, Hash::Sha384)
}

/// A key pair that signs with ECDSA on NIST's curve P-521, over SHA-512.
pub fn ecdsa_p521() -> EcdsaSpec {
    EcdsaSpec::new(EccFamily::SecpR1, 521, Hash::Sha512)
}

/// A key pair that signs with ECDSA on the curve secp256k1, over SHA-256.
pub fn ecdsa_secp256k1() -> EcdsaSpec {
    EcdsaSpec::new(EccFamily::SecpK1, 256, Hash::Sha256)
}

/// A key pair that signs with ECDSA on the curve brainpoolP256r1, over SHA-256.
pub fn ecdsa_brainpool_p256() -> EcdsaSpec {
    EcdsaSpec::new(EccFamily::BrainpoolPR1, 256, Hash::Sha256)
}

/// A key pair that signs with RSA: PSS over SHA-256, of 3072 bits where the provider has them and
/// of 2048 where not, unless said otherwise.
///
/// ```
/// use parsec_client::rsa;
///
/// let spec = rsa().bits(2048).pkcs1();
/// # let _ = spec;
/// ```
pub fn rsa() -> RsaSpec {
    RsaSpec {
        bits: None,
        pkcs1: false,
        hash: Hash::Sha256,
        exportable: false,
        provider: None,
    }
}

/// A key pair that signs with Ed25519 (RFC 8032), where a provider has it: tokens may.
pub fn ed25519() -> EddsaSpec {
    EddsaSpec {
        exportable: false,
        provider: None,
    }
}

/// A key pair for EdDSA. From [`ed25519`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EddsaSpec {
    exportable: bool,
    provider: Option<ProviderId>,
}

impl EddsaSpec {
    /// Let the private key be exported. Without this it never leaves its provider.
    #[must_use]
    pub fn exportable(self) -> Self {
        Self {
            exportable: true,
            ..self
        }
    }

    /// Keep the key in that provider, whatever the client would choose.
    #[must_use]
    pub fn provider(self, provider: ProviderId) -> Self {
        Self {
            provider: Some(provider),
            ..self
        }
    }
}

impl sealed::Sealed for EddsaSpec {}

impl KeySpec for EddsaSpec {
    type Handle = SigningKey;
    type BlockingHandle = blocking::SigningKey;

    fn choices(&self) -> Vec<KeyAttributes> {
        let mut key_policy = signing_policy(AsymmetricSignature::PureEddsa, self.exportable);
        // It signs no hashes.
        key_policy.key_usage_flags.sign_hash = false;
        key_policy.key_usage_flags.verify_hash = false;
        vec![KeyAttributes {
            key_type: KeyType::EccKeyPair {
                curve_family: EccFamily::TwistedEdwards,
            },
            key_bits: 255,
            key_policy,
        }]
    }

    fn provider(&self) -> Option<ProviderId> {
        self.provider
    }

    fn handle(key: Key) -> Result<SigningKey> {
        key.into_signing_key()
    }

    fn blocking_handle(key: blocking::Key) -> Result<blocking::SigningKey> {
        key.into_signing_key()
    }
}

/// A key pair for ECDSA. From [`ecdsa_p256`] and its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EcdsaSpec {
    family: EccFamily,
    bits: u32,
    hash: Hash,
    exportable: bool,
    provider: Option<ProviderId>,
}

impl EcdsaSpec {
    fn new(family: EccFamily, bits: u32, hash: Hash) -> Self {
        Self {
            family,
            bits,
            hash,
            exportable: false,
            provider: None,
        }
    }

    /// Sign over another hash.
    #[must_use]
    pub fn hash(self, hash: Hash) -> Self {
        Self { hash, ..self }
    }

    /// Let the private key be exported. Without this it never leaves its provider.
    #[must_use]
    pub fn exportable(self) -> Self {
        Self {
            exportable: true,
            ..self
        }
    }

    /// Keep the key in that provider, whatever the client would choose.
    #[must_use]
    pub fn provider(self, provider: ProviderId) -> Self {
        Self {
            provider: Some(provider),
            ..self
        }
    }
}

impl sealed::Sealed for EcdsaSpec {}

impl KeySpec for EcdsaSpec {
    type Handle = SigningKey;
    type BlockingHandle = blocking::SigningKey;

    fn choices(&self) -> Vec<KeyAttributes> {
        let hash_alg = SignHash::Specific(self.hash);
        vec![KeyAttributes {
            key_type: KeyType::EccKeyPair {
                curve_family: self.family,
            },
            key_bits: self.bits,
            key_policy: signing_policy(AsymmetricSignature::Ecdsa { hash_alg }, self.exportable),
        }]
    }

    fn provider(&self) -> Option<ProviderId> {
        self.provider
    }

    fn handle(key: Key) -> Result<SigningKey> {
        key.into_signing_key()
    }

    fn blocking_handle(key: blocking::Key) -> Result<blocking::SigningKey> {
        key.into_signing_key()
    }
}

/// A key pair for RSA signatures. From [`rsa`](fn@rsa).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsaSpec {
    bits: Option<u32>,
    pkcs1: bool,
    hash: Hash,
    exportable: bool,
    provider: Option<ProviderId>,
}

impl RsaSpec {
    /// Bits of the modulus.
    #[must_use]
    pub fn bits(self, bits: u32) -> Self {
        Self {
            bits: Some(bits),
            ..self
        }
    }

    /// Sign with PSS (RFC 8017, section 8.1), as is the default.
    #[must_use]
    pub fn pss(self) -> Self {
        Self {
            pkcs1: false,
            ..self
        }
    }

    /// Sign with PKCS #1 v1.5 (RFC 8017, section 8.2), where a protocol asks for it.
    #[must_use]
    pub fn pkcs1(self) -> Self {
        Self {
            pkcs1: true,
            ..self
        }
    }

    /// Sign over another hash.
    #[must_use]
    pub fn hash(self, hash: Hash) -> Self {
        Self { hash, ..self }
    }

    /// Let the private key be exported. Without this it never leaves its provider.
    #[must_use]
    pub fn exportable(self) -> Self {
        Self {
            exportable: true,
            ..self
        }
    }

    /// Keep the key in that provider, whatever the client would choose.
    #[must_use]
    pub fn provider(self, provider: ProviderId) -> Self {
        Self {
            provider: Some(provider),
            ..self
        }
    }
}

impl sealed::Sealed for RsaSpec {}

impl KeySpec for RsaSpec {
    type Handle = SigningKey;
    type BlockingHandle = blocking::SigningKey;

    fn choices(&self) -> Vec<KeyAttributes> {
        let hash_alg = SignHash::Specific(self.hash);
        let algorithm = if self.pkcs1 {
            AsymmetricSignature::RsaPkcs1v15Sign { hash_alg }
        } else {
            AsymmetricSignature::RsaPss { hash_alg }
        };
        let sizes = self
            .bits
            .map_or_else(|| vec![3072, 2048], |bits| vec![bits]);
        sizes
            .into_iter()
            .map(|key_bits| KeyAttributes {
                key_type: KeyType::RsaKeyPair,
                key_bits,
                key_policy: signing_policy(algorithm, self.exportable),
            })
            .collect()
    }

    fn provider(&self) -> Option<ProviderId> {
        self.provider
    }

    fn handle(key: Key) -> Result<SigningKey> {
        key.into_signing_key()
    }

    fn blocking_handle(key: blocking::Key) -> Result<blocking::SigningKey> {
        key.into_signing_key()
    }
}

fn signing_policy(algorithm: AsymmetricSignature, export: bool) -> KeyPolicy {
    KeyPolicy {
        key_usage_flags: UsageFlags {
            export,
            sign_hash: true,
            verify_hash: true,
            sign_message: true,
            verify_message: true,
            ..UsageFlags::default()
        },
        key_algorithm: Algorithm::AsymmetricSignature(algorithm),
    }
}
