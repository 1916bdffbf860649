//! RSA PKCS #1 v1.5 padding (RFC 8017, 7.2 and 9.2) over a device's raw RSA operation.

use parsec_contracts::types::Hash;
use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::ProviderError;

use crate::random;

/// The minimum number of padding bytes.
const LEAST_FILL: usize = 8;

/// Pads the DigestInfo of a hash to the length of the modulus.
///
/// # Errors
///
/// `psa-error-not-supported` if the hash function has no identifier here, or the key is too small
/// for it.
pub fn signature_block(hash: Hash, digest: &[u8], length: usize) -> Result<Vec<u8>, ProviderError> {
    let info = digest_info(hash, digest)
        .ok_or_else(|| ProviderError::not_supported(format_args!("the hash {}", hash.name())))?;
    filled(&info, length).ok_or_else(|| {
        ProviderError::not_supported(format_args!(
            "RSA PKCS #1 v1.5 with {} and a key of {length} bytes",
            hash.name()
        ))
    })
}

/// Pads the input of the raw algorithm, which need not be a hash, to the length of the modulus.
///
/// # Errors
///
/// `psa-error-invalid-argument` if it does not fit.
pub fn raw_signature_block(data: &[u8], length: usize) -> Result<Vec<u8>, ProviderError> {
    filled(data, length)
        .ok_or_else(|| ProviderError::invalid_argument("hash: is too long for the key"))
}

fn filled(data: &[u8], length: usize) -> Option<Vec<u8>> {
    let fill = length
        .checked_sub(data.len() + 3)
        .filter(|fill| *fill >= LEAST_FILL)?;
    let mut block = vec![0, 1];
    block.extend(std::iter::repeat_n(0xff, fill));
    block.push(0);
    block.extend_from_slice(data);
    Some(block)
}

/// Whether the hash function has an identifier here.
pub fn has_identifier(hash: Hash) -> bool {
    identifier(hash).is_some()
}

/// Pads a message for encryption to the length of the modulus.
///
/// # Errors
///
/// `psa-error-invalid-argument` if it does not fit.
pub fn encryption_block(message: &[u8], length: usize) -> Result<Secret, ProviderError> {
    let fill = length
        .checked_sub(message.len() + 3)
        .filter(|fill| *fill >= LEAST_FILL)
        .ok_or_else(|| ProviderError::invalid_argument("plaintext: is too long for the key"))?;
    let mut block = Zeroizing::new(Vec::with_capacity(length));
    block.extend([0, 2]);
    while block.len() < fill + 2 {
        let some = random::secret(fill + 2 - block.len())?;
        block.extend(some.expose().iter().filter(|byte| **byte != 0));
    }
    block.push(0);
    block.extend_from_slice(message);
    Ok(Secret::from(block))
}

/// The DER encoding of a DigestInfo (RFC 8017, A.2.4). `None` if the hash function has no
/// identifier here.
pub fn digest_info(hash: Hash, digest: &[u8]) -> Option<Vec<u8>> {
    let identifier = identifier(hash)?;
    let short = |length: usize| u8::try_from(length).ok().filter(|length| *length < 0x80);
    let mut algorithm = vec![0x06, short(identifier.len())?];
    algorithm.extend(identifier);
    algorithm.extend([0x05, 0x00]);
    let mut inner = vec![0x30, short(algorithm.len())?];
    inner.extend(algorithm);
    inner.extend([0x04, short(digest.len())?]);
    inner.extend_from_slice(digest);
    let mut info = vec![0x30, short(inner.len())?];
    info.extend(inner);
    Some(info)
}

/// The contents of the object identifier.
fn identifier(hash: Hash) -> Option<Vec<u8>> {
    /// 2.16.840.1.101.3.4.2, the arc of NIST for hash functions.
    const NIST: [u8; 8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
    let nist = |last: u8| [&NIST[..], &[last]].concat();
    Some(match hash {
        Hash::Md5 => vec![0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05],
        Hash::Ripemd160 => vec![0x2b, 0x24, 0x03, 0x02, 0x01],
        Hash::Sha1 => vec![0x2b, 0x0e, 0x03, 0x02, 0x1a],
        Hash::Sha256 => nist(1),
        Hash::Sha384 => nist(2),
        Hash::Sha512 => nist(3),
        Hash::Sha224 => nist(4),
        Hash::Sha512_224 => nist(5),
        Hash::Sha512_256 => nist(6),
        Hash::Sha3_224 => nist(7),
        Hash::Sha3_256 => nist(8),
        Hash::Sha3_384 => nist(9),
        Hash::Sha3_512 => nist(10),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_info_matches_the_rfc() {
        for (hash, prefix) in [
            (Hash::Md5, "3020300c06082a864886f70d020505000410"),
            (Hash::Sha1, "3021300906052b0e03021a05000414"),
            (Hash::Sha224, "302d300d06096086480165030402040500041c"),
            (Hash::Sha256, "3031300d060960864801650304020105000420"),
            (Hash::Sha384, "3041300d060960864801650304020205000430"),
            (Hash::Sha512, "3051300d060960864801650304020305000440"),
            (Hash::Sha512_224, "302d300d06096086480165030402050500041c"),
            (Hash::Sha512_256, "3031300d060960864801650304020605000420"),
        ] {
            let digest = vec![0x5a; hash.length()];
            let info = digest_info(hash, &digest).unwrap();
            assert_eq!(hex::encode(&info), prefix.to_owned() + &hex::encode(digest));
        }
    }

    #[test]
    fn blocks_are_as_long_as_the_modulus() {
        let block = signature_block(Hash::Sha256, &[7; 32], 128).unwrap();
        assert_eq!(block.len(), 128);
        assert_eq!(block[..2], [0, 1]);
        signature_block(Hash::Sha512, &[7; 64], 64).unwrap_err();
        let block = encryption_block(b"sample", 128).unwrap();
        assert_eq!(block.len(), 128);
        assert_eq!(block.expose()[..2], [0, 2]);
        assert_eq!(block.expose()[121..], *b"\0sample");
        assert!(!block.expose()[2..121].contains(&0));
        encryption_block(&[7; 117], 128).unwrap();
        encryption_block(&[7; 118], 128).unwrap_err();
    }
}
