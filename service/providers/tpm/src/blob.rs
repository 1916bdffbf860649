//! A key's material in the key store: its authorization value, public area and private area.

use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::ProviderError;
use tss_esapi::structures::{Auth, Private, Public};
use tss_esapi::traits::{Marshall as _, UnMarshall as _};

use crate::error::failed;
use crate::registers::{Bank, Registers};

/// The version that is written; the bank of registers follows, as the number of its algorithm.
const VERSION: u8 = 3;
/// An older version that is read; the bank is that of SHA-256.
const WITHOUT_BANK: u8 = 2;
/// The length of a key's authorization value in bytes.
const AUTH_LENGTH: usize = 32;

/// The material of a key. A public key has no private area.
#[derive(Debug, Clone)]
pub(crate) struct Blob {
    pub(crate) auth: Auth,
    pub(crate) public: Public,
    pub(crate) private: Option<Private>,
    /// The registers to which the key is bound.
    pub(crate) registers: Registers,
}

impl Blob {
    pub(crate) fn encode(&self) -> Result<Secret, ProviderError> {
        let public = self.public.marshall().map_err(failed("encoding a key"))?;
        let private: &[u8] = self.private.as_ref().map_or(&[], |private| private.value());
        let mut bytes = Zeroizing::new(vec![VERSION]);
        let bank = u16::from(self.registers.bank.algorithm());
        bytes.extend_from_slice(&bank.to_be_bytes());
        bytes.extend_from_slice(&self.registers.pcrs.to_be_bytes());
        for part in [self.auth.value(), &public, private] {
            let length = u16::try_from(part.len()).map_err(|_| corrupt())?;
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(part);
        }
        Ok(Secret::from(bytes))
    }

    pub(crate) fn decode(material: &Secret) -> Result<Self, ProviderError> {
        let (bank, rest) = match material.expose() {
            [VERSION, high, low, rest @ ..] => {
                let number = u16::from_be_bytes([*high, *low]);
                let mut banks = Bank::ALL.into_iter();
                let bank = banks.find(|bank| u16::from(bank.algorithm()) == number);
                (bank.ok_or_else(corrupt)?, rest)
            }
            [WITHOUT_BANK, rest @ ..] => (Bank::Sha256, rest),
            _ => return Err(corrupt()),
        };
        let (pcrs, rest) = rest.split_first_chunk::<4>().ok_or_else(corrupt)?;
        let (auth, rest) = part(rest)?;
        let (public, rest) = part(rest)?;
        let (private, _) = part(rest)?;
        Ok(Self {
            auth: Auth::try_from(auth).map_err(|_| corrupt())?,
            public: Public::unmarshall(public).map_err(|_| corrupt())?,
            private: match private {
                [] => None,
                bytes => Some(Private::try_from(bytes).map_err(|_| corrupt())?),
            },
            registers: Registers {
                bank,
                pcrs: u32::from_be_bytes(*pcrs),
            },
        })
    }

    /// Whether the TPM applies the raw private key, so that software can pad instead of the TPM.
    /// Signing keys of earlier versions do not permit it.
    pub(crate) fn is_bare(&self) -> bool {
        let attributes = self.public.object_attributes();
        attributes.decrypt() && !attributes.restricted() && self.private.is_some()
    }

    /// Whether the key only signs statements of the TPM.
    pub(crate) fn attests(&self) -> bool {
        let attributes = self.public.object_attributes();
        attributes.restricted() && attributes.sign_encrypt()
    }
}

/// Returns a random authorization value without zeros: the TPM removes trailing ones.
pub(crate) fn new_auth() -> Result<Auth, ProviderError> {
    let mut bytes = parsec_psa::random_secret(AUTH_LENGTH)?.into_vec();
    for byte in &mut bytes {
        *byte |= 1;
    }
    Auth::try_from(bytes).map_err(failed("drawing an authorization value"))
}

fn part(bytes: &[u8]) -> Result<(&[u8], &[u8]), ProviderError> {
    let (length, rest) = bytes.split_first_chunk::<2>().ok_or_else(corrupt)?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
        .ok_or_else(corrupt)
}

fn corrupt() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorDataCorrupt,
        "the stored key material is corrupt; restore the key store from a backup",
    )
}

#[cfg(test)]
mod tests {
    use parsec_contracts::types::{Algorithm, KeyAttributes, KeyPolicy, KeyType, UsageFlags};
    use tss_esapi::structures::PublicKeyRsa;

    use super::*;
    use crate::template::{self, Origin, Promises};

    fn blob(registers: Registers) -> Blob {
        let attributes = KeyAttributes {
            key_type: KeyType::RsaKeyPair,
            key_bits: 2048,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags::default(),
                key_algorithm: Algorithm::None,
            },
        };
        let origin = (Origin::Tpm, &Promises::default());
        let modulus = PublicKeyRsa::default();
        Blob {
            auth: new_auth().unwrap(),
            public: template::rsa_key(&attributes, 2048, origin, modulus).unwrap(),
            private: None,
            registers,
        }
    }

    #[test]
    fn registers_survive_encoding_with_their_bank() {
        for bank in Bank::ALL {
            let registers = Registers { bank, pcrs: 0x81 };
            let found = Blob::decode(&blob(registers).encode().unwrap()).unwrap();
            assert_eq!(found.registers, registers);
        }
    }

    #[test]
    fn keys_of_earlier_versions_are_bound_to_the_bank_of_sha_256() {
        let registers = Registers::sha256(0x81);
        let written = blob(registers).encode().unwrap();
        let earlier = [&[WITHOUT_BANK][..], &written.expose()[3..]].concat();
        let found = Blob::decode(&Secret::new(earlier)).unwrap();
        assert_eq!(found.registers, registers);
    }

    #[test]
    fn malformed_material_is_rejected() {
        let written = blob(Registers::default()).encode().unwrap();
        for bad in [&[][..], &[9], &written.expose()[..20], &[VERSION, 0, 0]] {
            let error = Blob::decode(&Secret::from(bad)).unwrap_err();
            assert_eq!(error.status(), Status::PsaErrorDataCorrupt);
        }
    }
}
