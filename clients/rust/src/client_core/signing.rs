//! Operations on signing and verifying keys.

use parsec_contracts::operations::{
    PsaDestroyKey, PsaExportKey, PsaSignHash, PsaSignMessage, PsaVerifyHash, PsaVerifyMessage,
};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, Hash, KeyAttributes, KeyType, SignHash,
};
use parsec_contracts::{ErrorKind, Operation, ProviderId, Zeroizing};

use super::keys::KeyCore;
use crate::curve::Curve;
use crate::error::{Error, Result};
use crate::hash;
use crate::public_key::PublicKey;
use crate::signature::Signature;
use crate::transport::Transport;

/// The data that is sent to the service for a message.
enum Prepared {
    Hash(Vec<u8>),
    Message(Vec<u8>),
}

impl<T: Transport> KeyCore<T> {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn provider(&self) -> ProviderId {
        self.provider
    }

    pub(crate) fn attributes(&self) -> &KeyAttributes {
        &self.attributes
    }

    pub(crate) fn public_key(&self) -> Option<&PublicKey> {
        self.public_key.as_deref()
    }

    /// Returns the algorithm that the key signs with; an error if the key is not for signatures.
    pub(crate) fn signature_algorithm(&self) -> Result<AsymmetricSignature> {
        match self.attributes.key_policy.key_algorithm {
            Algorithm::AsymmetricSignature(algorithm) if self.public_key.is_some() => Ok(algorithm),
            other => Err(Error::invalid(
                format!("this key is for {other}, not for signatures"),
                "use a key that was made for signing",
            )
            .with_key_name(&self.name)),
        }
    }

    /// Returns the algorithm that the key signs with if the caller names no hash.
    pub(crate) fn default_algorithm(&self) -> Result<AsymmetricSignature> {
        Ok(self.algorithm_for(None)?.0)
    }

    /// Fails unless the key is a key pair that signs.
    pub(crate) fn check_signs(&self) -> Result<()> {
        self.signature_algorithm()?;
        match self.attributes.key_type {
            KeyType::RsaKeyPair | KeyType::EccKeyPair { .. } => Ok(()),
            _ => Err(Error::invalid(
                "this is a public key, which cannot sign",
                "open it as a verifying key, or use the key pair",
            )
            .with_key_name(&self.name)),
        }
    }

    pub(crate) async fn sign(&self, message: &[u8], hash: Option<Hash>) -> Result<Signature> {
        self.named(self.sign_inner(message, hash).await)
    }

    async fn sign_inner(&self, message: &[u8], hash: Option<Hash>) -> Result<Signature> {
        let (alg, hash) = self.algorithm_for(hash)?;
        let usage = &self.attributes.key_policy.key_usage_flags;
        let prepared = self
            .prepare(
                message,
                hash,
                usage.sign_hash && takes_hashes(alg),
                usage.sign_message,
            )
            .await?;
        let key_name = self.name.to_string();
        let signature = match prepared {
            Prepared::Hash(hash) => {
                let input = PsaSignHash {
                    key_name,
                    alg,
                    hash,
                };
                self.core.call(self.provider, input).await?.signature
            }
            Prepared::Message(message) => {
                let input = PsaSignMessage {
                    key_name,
                    alg,
                    message,
                };
                self.core.call(self.provider, input).await?.signature
            }
        };
        self.signature(&signature)
    }

    pub(crate) async fn sign_hash(&self, hash: &[u8]) -> Result<Signature> {
        self.named(self.sign_hash_inner(hash).await)
    }

    async fn sign_hash_inner(&self, hash: &[u8]) -> Result<Signature> {
        let alg = self.algorithm_for_hash(hash)?;
        let input = PsaSignHash {
            key_name: self.name.to_string(),
            alg,
            hash: hash.to_vec(),
        };
        let output = self.core.call(self.provider, input).await?;
        self.signature(&output.signature)
    }

    pub(crate) async fn verify(
        &self,
        signature: &Signature,
        message: &[u8],
        hash: Option<Hash>,
    ) -> Result<()> {
        self.named(self.verify_inner(message, signature, hash).await)
    }

    async fn verify_inner(
        &self,
        message: &[u8],
        signature: &Signature,
        hash: Option<Hash>,
    ) -> Result<()> {
        let (alg, hash) = self.algorithm_for(hash)?;
        let usage = &self.attributes.key_policy.key_usage_flags;
        let prepared = self
            .prepare(
                message,
                hash,
                usage.verify_hash && takes_hashes(alg),
                usage.verify_message,
            )
            .await?;
        let key_name = self.name.to_string();
        let signature = signature.to_raw();
        match prepared {
            Prepared::Hash(hash) => {
                let input = PsaVerifyHash {
                    key_name,
                    alg,
                    hash,
                    signature,
                };
                self.core.call(self.provider, input).await.map(drop)
            }
            Prepared::Message(message) => {
                let input = PsaVerifyMessage {
                    key_name,
                    alg,
                    message,
                    signature,
                };
                self.core.call(self.provider, input).await.map(drop)
            }
        }
    }

    pub(crate) async fn verify_hash(&self, signature: &Signature, hash: &[u8]) -> Result<()> {
        let result = match self.algorithm_for_hash(hash) {
            Ok(alg) => {
                let input = PsaVerifyHash {
                    key_name: self.name.to_string(),
                    alg,
                    hash: hash.to_vec(),
                    signature: signature.to_raw(),
                };
                self.core.call(self.provider, input).await.map(drop)
            }
            Err(error) => Err(error),
        };
        self.named(result)
    }

    pub(crate) async fn export_private(&self) -> Result<Zeroizing<Vec<u8>>> {
        let input = PsaExportKey {
            key_name: self.name.to_string(),
        };
        let output = self.named(self.core.call(self.provider, input).await)?;
        Ok(Zeroizing::new(output.data.into_vec()))
    }

    pub(crate) async fn delete(&self) -> Result<()> {
        let input = PsaDestroyKey {
            key_name: self.name.to_string(),
        };
        self.named(self.core.call(self.provider, input).await.map(drop))
    }

    /// Returns the algorithm of a request, and the hash to compute of the message.
    fn algorithm_for(&self, wanted: Option<Hash>) -> Result<(AsymmetricSignature, Hash)> {
        let algorithm = self.signature_algorithm()?;
        let hash = match algorithm.sign_hash() {
            Some(SignHash::Specific(fixed)) => match wanted {
                Some(other) if other != fixed => {
                    return Err(Error::new(
                        ErrorKind::NotPermitted,
                        format!("the key's policy fixes the hash {}", fixed.name()),
                        "sign without naming a hash",
                    ));
                }
                _ => fixed,
            },
            _ if algorithm == AsymmetricSignature::RsaPkcs1v15SignRaw => {
                return Err(Error::invalid(
                    "the key signs its input without hashing",
                    "use sign_hash and verify_hash",
                ));
            }
            _ if algorithm == AsymmetricSignature::PureEddsa && wanted.is_some() => {
                return Err(Error::invalid(
                    "EdDSA has a fixed hash",
                    "sign without naming a hash",
                ));
            }
            _ => wanted.unwrap_or_else(|| self.usual_hash()),
        };
        // Algorithms without a choice of hash stay as they are.
        let algorithm = match algorithm.sign_hash() {
            Some(SignHash::Any) => algorithm.with_hash(hash),
            _ => algorithm,
        };
        Ok((algorithm, hash))
    }

    /// Returns the algorithm for a hash that the caller computed. If the policy permits any hash
    /// function, the length determines it.
    pub(super) fn algorithm_for_hash(&self, bytes: &[u8]) -> Result<AsymmetricSignature> {
        let algorithm = self.signature_algorithm()?;
        if algorithm.sign_hash() != Some(SignHash::Any) {
            return Ok(algorithm);
        }
        let usual = self.usual_hash();
        [
            usual,
            Hash::Sha256,
            Hash::Sha384,
            Hash::Sha512,
            Hash::Sha224,
        ]
        .into_iter()
        .find(|hash| hash.length() == bytes.len())
        .map(|hash| algorithm.with_hash(hash))
        .ok_or_else(|| {
            Error::invalid(
                format!("no hash of the SHA-2 family has {} bytes", bytes.len()),
                "give the hash of the message, not the message",
            )
        })
    }

    /// Returns the hash to compute of a message before it is signed or verified; `None` if the
    /// policy permits that only for whole messages.
    pub(crate) fn message_hash(&self, verifies: bool) -> Result<Option<Hash>> {
        let (alg, hash) = self.named(self.algorithm_for(None))?;
        let usage = &self.attributes.key_policy.key_usage_flags;
        let permitted = match verifies {
            true => usage.verify_hash,
            false => usage.sign_hash,
        };
        Ok((permitted && takes_hashes(alg)).then_some(hash))
    }

    /// Returns the default hash for the key's type and size.
    fn usual_hash(&self) -> Hash {
        match self.attributes.key_type {
            KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
                Curve::find(curve_family, self.attributes.key_bits)
                    .map_or(Hash::Sha256, |curve| curve.hash)
            }
            _ => Hash::Sha256,
        }
    }

    /// Chooses to send a hash if the policy permits that, because a message may have any length.
    async fn prepare(
        &self,
        message: &[u8],
        hash: Hash,
        hash_permitted: bool,
        message_permitted: bool,
    ) -> Result<Prepared> {
        if hash_permitted && let Some(bytes) = hash::compute(hash, message) {
            return Ok(Prepared::Hash(bytes));
        }
        if message_permitted {
            return Ok(Prepared::Message(message.to_vec()));
        }
        if hash_permitted {
            return self.core.hash(hash, message).await.map(Prepared::Hash);
        }
        Err(Error::new(
            ErrorKind::NotPermitted,
            "the key's policy does not permit this",
            "use a key whose policy permits it",
        ))
    }

    pub(crate) fn signature(&self, bytes: &[u8]) -> Result<Signature> {
        let key = self.public_key.as_deref().ok_or_else(|| {
            Error::new(
                ErrorKind::Internal,
                "a signing key has no public key",
                "please report this",
            )
        })?;
        Signature::from_raw(bytes, key).map_err(|error| {
            Error::protocol("the service's response is not a signature of this key's type")
                .with_source(error)
        })
    }

    /// Sends an operation to the key's provider; errors contain the key's name.
    pub(crate) async fn request<O: Operation>(&self, input: O) -> Result<O::Output> {
        self.named(self.core.call(self.provider, input).await)
    }

    pub(super) fn named<R>(&self, result: Result<R>) -> Result<R> {
        result.map_err(|error| error.with_key_name(&self.name))
    }
}

fn takes_hashes(alg: AsymmetricSignature) -> bool {
    alg != AsymmetricSignature::PureEddsa
}
