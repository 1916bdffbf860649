//! The capabilities of a TPM, queried with `TPM2_TestParms`.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use parsec_contracts::types::{Cipher, EccFamily, Hash};
use parsec_provider::ProviderError;
use parsec_psa::OperationGroup;
use tss_esapi::constants::CommandCode;
use tss_esapi::interface_types::algorithm::SymmetricMode;
use tss_esapi::interface_types::key_bits::AesKeyBits;
use tss_esapi::structures::{
    HmacScheme, KeyedHashScheme, PublicKeyedHashParameters, PublicParameters,
    SymmetricCipherParameters, SymmetricDefinitionObject,
};

use crate::tpm::Tpm;
use crate::{SoftwarePadding, convert, template};

/// The operation groups of the provider, in addition to the operations of all engines.
pub(crate) const OPERATION_GROUPS: &[OperationGroup] = &[OperationGroup::Attestation];

/// A capability that a TPM may list and yet implement incorrectly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    Hmac(Hash),
    /// With a key of this many bits.
    Cipher(u32, Cipher),
    /// On the curve of this many bits.
    Agreement(u32),
    /// RSA decryption without padding.
    BareRsa,
    Pkcs1v15,
    Oaep(Hash),
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hmac(hash) => write!(f, "HMAC with {}", hash.name()),
            Self::Cipher(bits, alg) => write!(f, "AES of {bits} bits with {}", alg.name()),
            Self::Agreement(bits) => write!(f, "ECDH on P-{bits}"),
            Self::BareRsa => f.write_str("RSA decryption without padding"),
            Self::Pkcs1v15 => f.write_str("RSA decryption with PKCS #1 v1.5"),
            Self::Oaep(hash) => write!(f, "RSA decryption with OAEP and {}", hash.name()),
        }
    }
}

/// The capabilities of a TPM. They do not change while it is the same TPM.
#[derive(Debug, Default)]
pub(crate) struct Abilities {
    pub(crate) rsa: Vec<u32>,
    pub(crate) secp_r1: Vec<u32>,
    pub(crate) hashes: Vec<Hash>,
    pub(crate) aes: Vec<u32>,
    /// Whether the TPM has `TPM2_EncryptDecrypt2`, which export rules exclude from some TPMs.
    pub(crate) encrypts: bool,
    /// The tasks that failed a known-answer test; they are disabled.
    pub(crate) disabled: Vec<Task>,
    padding: SoftwarePadding,
    /// Whether a signature of this TPM had a salt of the wrong length for PSS.
    has_wrong_salts: AtomicBool,
}

impl Abilities {
    pub(crate) fn query(tpm: &mut Tpm, padding: SoftwarePadding) -> Result<Self, ProviderError> {
        let mut able = |parameters: Option<PublicParameters>| match parameters {
            Some(parameters) => tpm.can(parameters),
            None => Ok(false),
        };
        let mut found = Self {
            padding,
            ..Self::default()
        };
        for bits in [1024, 2048, 3072, 4096] {
            if able(template::rsa(bits).map(PublicParameters::Rsa))? {
                found.rsa.push(bits);
            }
        }
        for bits in [192, 224, 256, 384, 521] {
            let curve = convert::curve(EccFamily::SecpR1, bits);
            if able(curve.map(template::ecc).map(PublicParameters::Ecc))? {
                found.secp_r1.push(bits);
            }
        }
        for hash in Hash::ALL {
            let scheme = convert::hash(*hash).map(|hash| {
                PublicParameters::KeyedHash(PublicKeyedHashParameters::new(KeyedHashScheme::Hmac {
                    hmac_scheme: HmacScheme::new(hash),
                }))
            });
            if able(scheme)? {
                found.hashes.push(*hash);
            }
        }
        for (bits, key_bits) in [
            (128, AesKeyBits::Aes128),
            (192, AesKeyBits::Aes192),
            (256, AesKeyBits::Aes256),
        ] {
            let cipher = SymmetricCipherParameters::new(SymmetricDefinitionObject::Aes {
                key_bits,
                mode: SymmetricMode::Null,
            });
            if able(Some(PublicParameters::SymCipher(cipher)))? {
                found.aes.push(bits);
            }
        }
        found.encrypts = tpm.has_command(CommandCode::EncryptDecrypt2)?;
        Ok(found)
    }

    /// Whether software computes all padding that it can.
    pub(crate) fn pads_in_software(&self) -> bool {
        self.padding == SoftwarePadding::Always
    }

    /// Whether the TPM is used for the task.
    pub(crate) fn does(&self, task: Task) -> bool {
        !self.disabled.contains(&task)
    }

    /// Whether software removes the padding of OAEP with this hash function.
    pub(crate) fn unpads_oaep(&self, hash: Hash) -> bool {
        self.pads_in_software() || !self.hashes.contains(&hash) || !self.does(Task::Oaep(hash))
    }

    /// Whether the TPM's own PSS is unusable, because its salts have the wrong length.
    pub(crate) fn has_wrong_salts(&self) -> bool {
        self.has_wrong_salts.load(Ordering::Relaxed)
    }

    /// Records that the TPM signed with a salt of this many bytes.
    pub(crate) fn saw_wrong_salt(&self, length: usize) {
        if !self.has_wrong_salts.swap(true, Ordering::Relaxed) {
            tracing::info!(
                length,
                "the TPM signs RSA PSS with a salt that is not as long as the hash; it is padded \
                 in software from now on"
            );
        }
    }
}
