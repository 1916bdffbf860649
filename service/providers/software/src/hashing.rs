//! Hashing, without any lock.

use parsec_contracts::Status;
use parsec_contracts::types::Hash;
use parsec_provider::ProviderError;
use sha2::Digest;
use subtle::ConstantTimeEq as _;

type HashFunction = fn(&[u8]) -> Vec<u8>;

fn digest<D: Digest>(input: &[u8]) -> Vec<u8> {
    D::digest(input).to_vec()
}

/// The hash function, if there is one here. MD2 and MD4 have no honest use left.
fn function(alg: Hash) -> Option<HashFunction> {
    Some(match alg {
        Hash::Md5 => digest::<md5::Md5>,
        Hash::Ripemd160 => digest::<ripemd::Ripemd160>,
        Hash::Sha1 => digest::<sha1::Sha1>,
        Hash::Sha224 => digest::<sha2::Sha224>,
        Hash::Sha256 => digest::<sha2::Sha256>,
        Hash::Sha384 => digest::<sha2::Sha384>,
        Hash::Sha512 => digest::<sha2::Sha512>,
        Hash::Sha512_224 => digest::<sha2::Sha512_224>,
        Hash::Sha512_256 => digest::<sha2::Sha512_256>,
        Hash::Sha3_224 => digest::<sha3::Sha3_224>,
        Hash::Sha3_256 => digest::<sha3::Sha3_256>,
        Hash::Sha3_384 => digest::<sha3::Sha3_384>,
        Hash::Sha3_512 => digest::<sha3::Sha3_512>,
        _ => return None,
    })
}

/// Whether there is such a hash function here.
pub(crate) fn has(alg: Hash) -> bool {
    function(alg).is_some()
}

/// Hashes the input.
pub(crate) fn compute(alg: Hash, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
    match function(alg) {
        Some(function) => Ok(function(input)),
        None => Err(ProviderError::not_supported(format_args!(
            "the hash {}",
            alg.name()
        ))),
    }
}

/// Checks that the input has that hash, in a time that does not tell where they differ.
pub(crate) fn compare(alg: Hash, input: &[u8], hash: &[u8]) -> Result<(), ProviderError> {
    if compute(alg, input)?.ct_eq(hash).into() {
        return Ok(());
    }
    Err(ProviderError::new(
        Status::PsaErrorInvalidSignature,
        format!("the input has another {} hash", alg.name()),
    ))
}
