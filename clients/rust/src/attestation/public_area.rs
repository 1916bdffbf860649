//! A TPMT_PUBLIC (TPM 2.0 Library, part 2, 12.2.4).

use parsec_contracts::types::{EccFamily, Hash, KeyType};

use super::reader::Reader;
use crate::public_key::PublicKey;

const RSA: u16 = 0x0001;
const ECC: u16 = 0x0023;
const SHA256: u16 = 0x000b;
const NULL: u16 = 0x0010;
const ECDAA: u16 = 0x001a;

const FIXED_TPM: u32 = 1 << 1;
const FIXED_PARENT: u32 = 1 << 4;
const SENSITIVE_DATA_ORIGIN: u32 = 1 << 5;
const RESTRICTED: u32 = 1 << 16;

/// Returns the name of an object: the hash function's number and the hash of the public area.
/// `None` for hash functions other than SHA-256, which Parsec's keys use.
pub(super) fn name(public: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(public);
    reader.u16()?;
    if reader.u16()? != SHA256 {
        return None;
    }
    let mut name = SHA256.to_be_bytes().to_vec();
    name.extend(crate::hash::compute(Hash::Sha256, public)?);
    Some(name)
}

/// A key that a TPM certified.
#[derive(Debug, Clone)]
pub struct CertifiedKey {
    public_key: PublicKey,
    attributes: u32,
    policy: Vec<u8>,
}

impl CertifiedKey {
    /// Returns the public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Returns whether the TPM generated the key and never exports it. `false` for imported keys,
    /// of which copies may exist.
    pub fn is_bound_to_tpm(&self) -> bool {
        let all = FIXED_TPM | FIXED_PARENT | SENSITIVE_DATA_ORIGIN;
        self.attributes & all == all
    }

    /// Returns whether the key signs only statements of the TPM itself.
    pub fn is_attester(&self) -> bool {
        self.attributes & RESTRICTED != 0
    }

    /// Returns the digest of the policy that each use of the key must satisfy; empty for keys
    /// without a policy.
    pub fn policy(&self) -> &[u8] {
        &self.policy
    }

    pub(super) fn read(public: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(public);
        let kind = reader.u16()?;
        let _name_hash = reader.u16()?;
        let attributes = reader.u32()?;
        let policy = reader.sized()?.to_vec();
        skip_symmetric(&mut reader)?;
        let scheme = reader.u16()?;
        if scheme != NULL {
            let _hash = reader.u16()?;
        }
        let public_key = match kind {
            RSA => rsa(&mut reader)?,
            ECC => {
                if scheme == ECDAA {
                    let _count = reader.u16()?;
                }
                ecc(&mut reader)?
            }
            _ => return None,
        };
        reader.is_empty().then_some(Self {
            public_key,
            attributes,
            policy,
        })
    }
}

fn skip_symmetric(reader: &mut Reader<'_>) -> Option<()> {
    if reader.u16()? != NULL {
        let _key_bits = reader.u16()?;
        let _mode = reader.u16()?;
    }
    Some(())
}

fn rsa(reader: &mut Reader<'_>) -> Option<PublicKey> {
    use der::Encode as _;
    let bits = reader.u16()?;
    let exponent = match reader.u32()? {
        // 0 means the default exponent.
        0 => 65_537,
        other => other,
    };
    let exponent = exponent.to_be_bytes();
    let first = exponent.iter().position(|byte| *byte != 0)?;
    let raw = pkcs1::RsaPublicKeyRef {
        modulus: pkcs1::UintRef::new(reader.sized()?).ok()?,
        public_exponent: pkcs1::UintRef::new(&exponent[first..]).ok()?,
    }
    .to_der()
    .ok()?;
    PublicKey::from_raw(KeyType::RsaPublicKey, bits.into(), raw).ok()
}

fn ecc(reader: &mut Reader<'_>) -> Option<PublicKey> {
    let bits: u32 = match reader.u16()? {
        0x0001 => 192,
        0x0002 => 224,
        0x0003 => 256,
        0x0004 => 384,
        0x0005 => 521,
        _ => return None,
    };
    if reader.u16()? != NULL {
        let _kdf_hash = reader.u16()?;
    }
    let length = bits.div_ceil(8) as usize;
    let mut point = vec![4];
    for _ in 0..2 {
        let coordinate = reader.sized()?;
        point.resize(point.len() + length.checked_sub(coordinate.len())?, 0);
        point.extend_from_slice(coordinate);
    }
    let curve_family = EccFamily::SecpR1;
    PublicKey::from_raw(KeyType::EccPublicKey { curve_family }, bits, point).ok()
}
