//! The specification of a new key, chosen by name at run time.

use parsec_contracts::quoted;
use parsec_contracts::types::{EccFamily, Hash, KeyAttributes, KeyType};

use crate::blocking;
use crate::curve::Curve;
use crate::error::{Error, Result};
use crate::generated::handles::Key;
use crate::generated::key_options::{KeyUse, Padding};
use crate::generated::kinds;
use crate::generated::kinds::by_name::KINDS;
use crate::key_use::Uses;
use crate::kind;
use crate::spec::{KeySpec, sealed};
use parsec_contracts::ProviderId;

/// The specification of a new key, chosen by name at run time: for command lines, configurations
/// and other languages. Its handle is a [`Key`]; [`Key::into_any`] converts that into the handle
/// for the key's role.
///
/// ```
/// use parsec_client::{AnySpec, Hash};
///
/// let spec = AnySpec::named("rsa-2048")?.pkcs1()?.hash(Hash::Sha512)?;
/// # let _ = spec;
/// let error = AnySpec::named("esdca-p256").unwrap_err();
/// assert!(error.to_string().contains("ecdsa-p256"));
/// # Ok::<(), parsec_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnySpec {
    choices: Vec<KeyAttributes>,
    provider: Option<ProviderId>,
    uses: Uses,
    /// Whether padding and hash function are the defaults.
    open: bool,
}

impl AnySpec {
    /// Returns the specification of the kind with this name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if there is no such kind;
    /// the error lists the names.
    pub fn named(name: &str) -> Result<Self> {
        match KINDS.iter().find(|(known, ..)| *known == name) {
            Some((.., kind)) => Ok(Self {
                choices: kind.choices(),
                provider: None,
                uses: Uses::default(),
                open: true,
            }),
            None => {
                let names: Vec<_> = Self::names().collect();
                Err(Error::invalid(
                    format!("there is no kind of key called {name}", name = quoted(name)),
                    format!("use one of {}", names.join(", ")),
                ))
            }
        }
    }

    /// Returns the specification of an asymmetric key of this type and size: for signatures, or for
    /// key agreement on a Montgomery curve.
    pub(crate) fn of_key(key_type: KeyType, bits: u32) -> Option<Self> {
        let (family, kind) = match key_type {
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => (None, kinds::RSA),
            KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
                let kind = match curve_family {
                    EccFamily::Montgomery => kinds::X25519,
                    EccFamily::TwistedEdwards => kinds::ED25519,
                    _ => kinds::ECDSA_P256.with_hash(Curve::find(curve_family, bits)?.hash),
                };
                (Some(curve_family), kind)
            }
            _ => return None,
        };
        let mut kind = kind.of_bits(bits);
        if let Some(curve_family) = family {
            kind.attributes.key_type = KeyType::EccKeyPair { curve_family };
        }
        Some(Self {
            choices: kind.choices(),
            provider: None,
            uses: Uses::default(),
            open: true,
        })
    }

    /// A key with exactly these attributes.
    pub fn from_attributes(attributes: KeyAttributes) -> Self {
        Self {
            choices: vec![attributes],
            provider: None,
            uses: Uses::default(),
            open: false,
        }
    }

    /// Returns the names that [`AnySpec::named`] accepts.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::kinds().map(|(name, _)| name)
    }

    /// Returns the names that [`AnySpec::named`] accepts, each with a description.
    ///
    /// ```
    /// let kinds = parsec_client::AnySpec::kinds();
    /// let hkdf = kinds.into_iter().find(|(name, _)| *name == "hkdf");
    /// assert!(hkdf.is_some_and(|(_, what)| what.contains("RFC 5869")));
    /// ```
    pub fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
        KINDS.iter().map(|(name, what, _)| (*name, *what))
    }

    /// Sets the hash function.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the kind has no
    /// choice of hash function.
    pub fn hash(self, hash: Hash) -> Result<Self> {
        self.try_change("hash", |attributes| kind::with_hash(attributes, hash))
    }

    /// Uses RSA signatures of PKCS #1 version 1.5 (RFC 8017, section 8.2) instead of PSS.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the kind does not
    /// sign with RSA.
    pub fn pkcs1(self) -> Result<Self> {
        self.padding(Padding::Pkcs1)
    }

    /// Changes the attributes of all sizes.
    pub(crate) fn change(mut self, change: impl Fn(&mut KeyAttributes)) -> Self {
        self.choices.iter_mut().for_each(change);
        self
    }

    /// Replaces the attributes of all sizes; an error that names the option if the kind lacks it.
    pub(crate) fn try_change(
        mut self,
        option: &str,
        change: impl Fn(KeyAttributes) -> Option<KeyAttributes>,
    ) -> Result<Self> {
        self.open = false;
        for attributes in &mut self.choices {
            *attributes = change(*attributes).ok_or_else(|| {
                Error::invalid(
                    format!("{option}: keys of this kind do not have this option"),
                    format!("omit {option}"),
                )
            })?;
        }
        Ok(self)
    }

    /// Sets the provider of the key; by default the client chooses one.
    #[must_use]
    pub fn provider(mut self, provider: ProviderId) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Requires a provider that also supports these uses.
    #[must_use]
    pub fn uses(mut self, uses: impl IntoIterator<Item = KeyUse>) -> Self {
        self.uses = self.uses.with(uses);
        self
    }
}

impl sealed::Sealed for AnySpec {}

impl KeySpec for AnySpec {
    type Handle = Key;
    type BlockingHandle = blocking::Key;

    fn choices(&self) -> Vec<KeyAttributes> {
        self.choices.clone()
    }

    fn provider(&self) -> Option<ProviderId> {
        self.provider
    }

    fn uses(&self) -> sealed::Uses {
        sealed::Uses(self.uses)
    }

    fn is_open(&self) -> bool {
        self.open
    }

    fn handle(key: Key) -> Result<Key> {
        Ok(key)
    }

    fn blocking_handle(key: blocking::Key) -> Result<blocking::Key> {
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use parsec_contracts::types::{Algorithm, AsymmetricSignature, SignHash};

    use super::*;
    use crate::{
        aes_128_gcm, aes_256_ccm, aes_256_gcm, aes_cmac, aes_key_wrap, chacha20_poly1305,
        ecdh_p256, ecdsa_brainpool_p256, ecdsa_p256, ecdsa_p384, ecdsa_p521, ecdsa_secp256k1,
        ed25519, hkdf, hmac, rsa, rsa_oaep, x25519,
    };

    #[test]
    fn every_kind_has_a_policy_and_all_its_sizes() {
        for name in AnySpec::names() {
            let spec = AnySpec::named(name).unwrap();
            assert!(!spec.choices().is_empty(), "{name}");
            let exportable = spec.exportable().copyable().choices();
            assert!(
                exportable
                    .iter()
                    .all(|a| a.key_policy.key_usage_flags.export
                        && a.key_policy.key_usage_flags.copy),
                "{name}"
            );
        }
        assert_eq!(AnySpec::named("rsa-oaep-2048").unwrap().choices().len(), 1);
    }

    #[test]
    fn every_kind_with_a_specific_handle_has_a_function() {
        let functions = [
            ("ecdsa-p256", ecdsa_p256().choices()),
            ("ecdsa-p384", ecdsa_p384().choices()),
            ("ecdsa-p521", ecdsa_p521().choices()),
            ("ecdsa-secp256k1", ecdsa_secp256k1().choices()),
            ("ecdsa-brainpool-p256", ecdsa_brainpool_p256().choices()),
            ("ed25519", ed25519().choices()),
            ("rsa", rsa().choices()),
            ("rsa-2048", rsa().bits(2048).choices()),
            ("rsa-3072", rsa().bits(3072).choices()),
            ("rsa-4096", rsa().bits(4096).choices()),
            ("rsa-oaep", rsa_oaep().choices()),
            ("aes-128-gcm", aes_128_gcm().choices()),
            ("aes-256-gcm", aes_256_gcm().choices()),
            ("aes-256-ccm", aes_256_ccm().choices()),
            ("chacha20-poly1305", chacha20_poly1305().choices()),
            ("hmac", hmac(Hash::Sha256).choices()),
            ("aes-cmac", aes_cmac().choices()),
            ("hkdf", hkdf().choices()),
            ("ecdh-p256", ecdh_p256().choices()),
            ("x25519", x25519().choices()),
            ("aes-key-wrap", aes_key_wrap().choices()),
        ];
        let by_name_alone = [
            "aes-256-ctr",
            "aes-256-cbc",
            "raw",
            "rsa-oaep-2048",
            "rsa-oaep-3072",
        ];
        for name in AnySpec::names().filter(|name| !by_name_alone.contains(name)) {
            let function = functions.iter().find(|(function, _)| *function == name);
            let named = AnySpec::named(name).unwrap().choices();
            assert_eq!(function.map(|(_, choices)| choices), Some(&named), "{name}");
        }
        // As long as the hash (RFC 2104, section 3), in both ways to choose the hash.
        let named = AnySpec::named("hmac").unwrap().hash(Hash::Sha512);
        assert_eq!(hmac(Hash::Sha512).choices(), named.unwrap().choices());
    }

    #[test]
    fn rejects_options_that_the_kind_does_not_have() {
        assert!(
            AnySpec::named("ed25519")
                .unwrap()
                .hash(Hash::Sha256)
                .is_err()
        );
        assert!(AnySpec::named("aes-256-gcm").unwrap().pkcs1().is_err());
        assert!(AnySpec::named("ecdsa-p256").unwrap().pkcs1().is_err());
        let rsa = AnySpec::named("rsa").unwrap().pkcs1().unwrap();
        let rsa = rsa.hash(Hash::Sha512).unwrap().choices();
        assert_eq!(
            rsa[0].key_policy.key_algorithm,
            Algorithm::AsymmetricSignature(AsymmetricSignature::RsaPkcs1v15Sign {
                hash_alg: SignHash::Specific(Hash::Sha512)
            })
        );
    }
}
