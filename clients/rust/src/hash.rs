//! Hashing in the client, so that the message is not sent to the service.

use parsec_contracts::types::Hash;
use sha2::digest::DynDigest;

/// Returns a hasher; `None` for functions outside the SHA-2 family.
pub(crate) fn hasher(hash: Hash) -> Option<Box<dyn DynDigest + Send>> {
    Some(match hash {
        Hash::Sha224 => Box::new(sha2::Sha224::default()),
        Hash::Sha256 => Box::new(sha2::Sha256::default()),
        Hash::Sha384 => Box::new(sha2::Sha384::default()),
        Hash::Sha512 => Box::new(sha2::Sha512::default()),
        Hash::Sha512_224 => Box::new(sha2::Sha512_224::default()),
        Hash::Sha512_256 => Box::new(sha2::Sha512_256::default()),
        _ => return None,
    })
}

/// Returns the hash of `data`; `None` for functions outside the SHA-2 family.
pub(crate) fn compute(hash: Hash, data: &[u8]) -> Option<Vec<u8>> {
    let mut hasher = hasher(hash)?;
    hasher.update(data);
    Some(hasher.finalize().into_vec())
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
