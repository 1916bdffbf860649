//! What a new key that does not sign shall be.

use std::fmt;
use std::marker::PhantomData;

use parsec_contracts::types::{
    Aead, AeadWithDefaultLengthTag, Algorithm, AsymmetricEncryption, EccFamily, FullLengthMac,
    Hash, KeyAgreement, KeyAttributes, KeyDerivation, KeyPolicy, KeyType, KeyWrap, Mac,
    RawKeyAgreement, UsageFlags,
};

use crate::secret_key::{
    AgreementKey, DecryptionKey, DerivationKey, MacKey, SymmetricKey, WrappingKey,
};
use crate::spec::{KeySpec, sealed};
use crate::{Key, ProviderId, Result, blocking};

/// A key that does not sign, and whose handle is `H`. From [`aes_256_gcm`] and its kind.
pub struct SecretSpec<H> {
    key_type: KeyType,
    sizes: &'static [u32],
    algorithm: Algorithm,
    exportable: bool,
    provider: Option<ProviderId>,
    handle: PhantomData<fn() -> H>,
}

impl<H> SecretSpec<H> {
    fn new(key_type: KeyType, sizes: &'static [u32], algorithm: Algorithm) -> Self {
        Self {
            key_type,
            sizes,
            algorithm,
            exportable: false,
            provider: None,
            handle: PhantomData,
        }
    }

    /// Let the key be exported, or wrapped. Without this it never leaves its provider.
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

    fn attributes(&self) -> Vec<KeyAttributes> {
        let crypts = !matches!(
            self.algorithm,
            Algorithm::Mac(_) | Algorithm::KeyDerivation(_) | Algorithm::KeyAgreement(_)
        );
        let authenticates = matches!(self.algorithm, Algorithm::Mac(_));
        let key_usage_flags = UsageFlags {
            export: self.exportable,
            encrypt: crypts,
            decrypt: crypts,
            sign_message: authenticates,
            verify_message: authenticates,
            derive: !crypts && !authenticates,
            ..UsageFlags::default()
        };
        let sizes = self.sizes.iter();
        sizes
            .map(|key_bits| KeyAttributes {
                key_type: self.key_type,
                key_bits: *key_bits,
                key_policy: KeyPolicy {
                    key_usage_flags,
                    key_algorithm: self.algorithm,
                },
            })
            .collect()
    }
}

impl<H> Clone for SecretSpec<H> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<H> fmt::Debug for SecretSpec<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretSpec")
            .field("key_type", &self.key_type)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

macro_rules! specs {
    ($($handle:ident, $into:ident;)*) => {$(
        impl sealed::Sealed for SecretSpec<$handle> {}

        impl KeySpec for SecretSpec<$handle> {
            type Handle = $handle;
            type BlockingHandle = blocking::$handle;

            fn choices(&self) -> Vec<KeyAttributes> {
                self.attributes()
            }

            fn provider(&self) -> Option<ProviderId> {
                self.provider
            }

            fn handle(key: Key) -> Result<$handle> {
                key.$into()
            }

            fn blocking_handle(key: blocking::Key) -> Result<blocking::$handle> {
                key.$into()
            }
        }
    )*};
}

specs! {
    SymmetricKey, into_symmetric_key;
    MacKey, into_mac_key;
    DecryptionKey, into_decryption_key;
    DerivationKey, into_derivation_key;
    AgreementKey, into_agreement_key;
    WrappingKey, into_wrapping_key;
}

fn sealing(
    key_type: KeyType,
    sizes: &'static [u32],
    algorithm: AeadWithDefaultLengthTag,
) -> SecretSpec<SymmetricKey> {
    let algorithm = Algorithm::Aead(Aead::AeadWithDefaultLengthTag(algorithm));
    SecretSpec::new(key_type, sizes, algorithm)
}

/// A key for AES-GCM of 256 bits (NIST SP 800-38D): the choice when in doubt.
pub fn aes_256_gcm() -> SecretSpec<SymmetricKey> {
    sealing(KeyType::Aes, &[256], AeadWithDefaultLengthTag::Gcm)
}

/// A key for AES-GCM of 128 bits (NIST SP 800-38D).
pub fn aes_128_gcm() -> SecretSpec<SymmetricKey> {
    sealing(KeyType::Aes, &[128], AeadWithDefaultLengthTag::Gcm)
}

/// A key for AES-CCM of 256 bits (NIST SP 800-38C).
pub fn aes_256_ccm() -> SecretSpec<SymmetricKey> {
    sealing(KeyType::Aes, &[256], AeadWithDefaultLengthTag::Ccm)
}

/// A key for ChaCha20-Poly1305 (RFC 8439).
pub fn chacha20_poly1305() -> SecretSpec<SymmetricKey> {
    let algorithm = AeadWithDefaultLengthTag::Chacha20Poly1305;
    sealing(KeyType::Chacha20, &[256], algorithm)
}

/// A key for HMAC (RFC 2104) of 256 bits.
pub fn hmac(hash: Hash) -> SecretSpec<MacKey> {
    let code = FullLengthMac::Hmac { hash_alg: hash };
    let algorithm = Algorithm::Mac(Mac::FullLength(code));
    SecretSpec::new(KeyType::Hmac, &[256], algorithm)
}

/// A key for CMAC over AES of 256 bits (NIST SP 800-38B).
pub fn aes_cmac() -> SecretSpec<MacKey> {
    let algorithm = Algorithm::Mac(Mac::FullLength(FullLengthMac::Cmac));
    SecretSpec::new(KeyType::Aes, &[256], algorithm)
}

/// A key pair for RSA-OAEP over SHA-256 (RFC 8017, 7.1), of 3072 bits where the provider has them
/// and of 2048 where not.
pub fn rsa_oaep() -> SecretSpec<DecryptionKey> {
    let algorithm = Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep {
        hash_alg: Hash::Sha256,
    });
    SecretSpec::new(KeyType::RsaKeyPair, &[3072, 2048], algorithm)
}

/// A secret of 256 bits for HKDF over SHA-256 (RFC 5869).
pub fn hkdf() -> SecretSpec<DerivationKey> {
    let algorithm = Algorithm::KeyDerivation(KeyDerivation::Hkdf {
        hash_alg: Hash::Sha256,
    });
    SecretSpec::new(KeyType::Derive, &[256], algorithm)
}

fn agreement(curve_family: EccFamily, sizes: &'static [u32]) -> SecretSpec<AgreementKey> {
    let algorithm = Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh));
    SecretSpec::new(KeyType::EccKeyPair { curve_family }, sizes, algorithm)
}

/// A key pair for ECDH on NIST's curve P-256.
pub fn ecdh_p256() -> SecretSpec<AgreementKey> {
    agreement(EccFamily::SecpR1, &[256])
}

/// A key pair for X25519 (RFC 7748).
pub fn x25519() -> SecretSpec<AgreementKey> {
    agreement(EccFamily::Montgomery, &[255])
}

/// A key of 256 bits for AES key wrap with padding (RFC 5649).
pub fn aes_key_wrap() -> SecretSpec<WrappingKey> {
    SecretSpec::new(KeyType::Aes, &[256], Algorithm::KeyWrap(KeyWrap::AesKwp))
}
