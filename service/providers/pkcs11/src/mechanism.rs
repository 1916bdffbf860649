//! The contracts' words in PKCS #11's.

use cryptoki::mechanism::rsa::PkcsMgfType;
use cryptoki::mechanism::{Mechanism, MechanismType};
use der::Encode as _;
use der::asn1::{Null, ObjectIdentifier, OctetStringRef};
use parsec_contracts::types::Hash;

/// A hash function as a token knows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenHash {
    pub(crate) mechanism: MechanismType,
    pub(crate) mgf: PkcsMgfType,
    pub(crate) hmac: MechanismType,
}

/// The hash functions that PKCS #11 v2.40 has for RSA-PSS, RSA-OAEP and HMAC alike.
pub(crate) fn hash(hash: Hash) -> Option<TokenHash> {
    let (mechanism, mgf, hmac) = match hash {
        Hash::Sha1 => (
            MechanismType::SHA1,
            PkcsMgfType::MGF1_SHA1,
            MechanismType::SHA1_HMAC,
        ),
        Hash::Sha224 => (
            MechanismType::SHA224,
            PkcsMgfType::MGF1_SHA224,
            MechanismType::SHA224_HMAC,
        ),
        Hash::Sha256 => (
            MechanismType::SHA256,
            PkcsMgfType::MGF1_SHA256,
            MechanismType::SHA256_HMAC,
        ),
        Hash::Sha384 => (
            MechanismType::SHA384,
            PkcsMgfType::MGF1_SHA384,
            MechanismType::SHA384_HMAC,
        ),
        Hash::Sha512 => (
            MechanismType::SHA512,
            PkcsMgfType::MGF1_SHA512,
            MechanismType::SHA512_HMAC,
        ),
        _ => return None,
    };
    Some(TokenHash {
        mechanism,
        mgf,
        hmac,
    })
}

/// HMAC with that hash function.
pub(crate) fn hmac(hash: Hash) -> Option<Mechanism<'static>> {
    Some(match hash {
        Hash::Sha1 => Mechanism::Sha1Hmac,
        Hash::Sha224 => Mechanism::Sha224Hmac,
        Hash::Sha256 => Mechanism::Sha256Hmac,
        Hash::Sha384 => Mechanism::Sha384Hmac,
        Hash::Sha512 => Mechanism::Sha512Hmac,
        _ => return None,
    })
}

/// What RSA PKCS #1 v1.5 signs: the hash and the name of its function (RFC 8017, 9.2, 2). It is
/// put together here, so that a token need not know the function.
pub(crate) fn digest_info(hash: Hash, digest: &[u8]) -> Option<Vec<u8>> {
    let name = ObjectIdentifier::new(name(hash)?).ok()?;
    let algorithm = sequence(&[name.to_der().ok()?, Null.to_der().ok()?])?;
    sequence(&[algorithm, OctetStringRef::new(digest).ok()?.to_der().ok()?])
}

fn sequence(parts: &[Vec<u8>]) -> Option<Vec<u8>> {
    let content = parts.concat();
    // No hash is so long that the length takes more than a byte.
    let length = u8::try_from(content.len()).ok().filter(|it| *it < 0x80)?;
    Some([&[0x30, length], content.as_slice()].concat())
}

/// RFC 8017, B.1; RFC 8702 for SHA-3.
fn name(hash: Hash) -> Option<&'static str> {
    Some(match hash {
        Hash::Md5 => "1.2.840.113549.2.5",
        Hash::Ripemd160 => "1.3.36.3.2.1",
        Hash::Sha1 => "1.3.14.3.2.26",
        Hash::Sha224 => "2.16.840.1.101.3.4.2.4",
        Hash::Sha256 => "2.16.840.1.101.3.4.2.1",
        Hash::Sha384 => "2.16.840.1.101.3.4.2.2",
        Hash::Sha512 => "2.16.840.1.101.3.4.2.3",
        Hash::Sha512_224 => "2.16.840.1.101.3.4.2.5",
        Hash::Sha512_256 => "2.16.840.1.101.3.4.2.6",
        Hash::Sha3_224 => "2.16.840.1.101.3.4.2.7",
        Hash::Sha3_256 => "2.16.840.1.101.3.4.2.8",
        Hash::Sha3_384 => "2.16.840.1.101.3.4.2.9",
        Hash::Sha3_512 => "2.16.840.1.101.3.4.2.10",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_has_the_prefix_of_the_rfc() {
        // RFC 8017, 9.2, note 1.
        let prefix = [
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x01, 0x05, 0x00, 0x04, 0x20,
        ];
        let info = digest_info(Hash::Sha256, &[9; 32]).unwrap();
        assert_eq!(info, [&prefix[..], &[9; 32]].concat());
    }
}
