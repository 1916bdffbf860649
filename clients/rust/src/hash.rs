//! Hashing in the client, so that the message is not sent to the service.

use parsec_contracts::types::Hash;
use sha2::Digest as _;

/// Returns the hash of `data`; `None` for functions outside the SHA-2 family.
pub(crate) fn compute(hash: Hash, data: &[u8]) -> Option<Vec<u8>> {
    Some(match hash {
        Hash::Sha224 => sha2::Sha224::digest(data).to_vec(),
        Hash::Sha256 => sha2::Sha256::digest(data).to_vec(),
        Hash::Sha384 => sha2::Sha384::digest(data).to_vec(),
        Hash::Sha512 => sha2::Sha512::digest(data).to_vec(),
        Hash::Sha512_224 => sha2::Sha512_224::digest(data).to_vec(),
        Hash::Sha512_256 => sha2::Sha512_256::digest(data).to_vec(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_as_long_as_the_contract_says() {
        for &hash in Hash::ALL {
            if let Some(bytes) = compute(hash, b"abc") {
                assert_eq!(bytes.len(), hash.length(), "{hash:?}");
            }
        }
        let bytes = compute(Hash::Sha256, b"abc").unwrap();
        assert_eq!(bytes[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
