//! Hash functions, computed without a lock.

use parsec_contracts::types::Hash;
use parsec_contracts::{Secret, Status};
use parsec_provider::{ProviderError, Streaming};
use sha2::Digest;
use subtle::ConstantTimeEq as _;

/// Evaluates the expression with `D` as the hash function; returns "not supported" if it is not
/// implemented here. MD2 and MD4 are left out on purpose.
macro_rules! with_hash {
    ($hash:expr, $D:ident => $run:expr) => {{
        use parsec_contracts::types::Hash;
        match $hash {
            Hash::Md5 => with_hash!(@ md5::Md5, $D => $run),
            Hash::Ripemd160 => with_hash!(@ ripemd::Ripemd160, $D => $run),
            Hash::Sha1 => with_hash!(@ sha1::Sha1, $D => $run),
            Hash::Sha224 => with_hash!(@ sha2::Sha224, $D => $run),
            Hash::Sha256 => with_hash!(@ sha2::Sha256, $D => $run),
            Hash::Sha384 => with_hash!(@ sha2::Sha384, $D => $run),
            Hash::Sha512 => with_hash!(@ sha2::Sha512, $D => $run),
            Hash::Sha512_224 => with_hash!(@ sha2::Sha512_224, $D => $run),
            Hash::Sha512_256 => with_hash!(@ sha2::Sha512_256, $D => $run),
            Hash::Sha3_224 => with_hash!(@ sha3::Sha3_224, $D => $run),
            Hash::Sha3_256 => with_hash!(@ sha3::Sha3_256, $D => $run),
            Hash::Sha3_384 => with_hash!(@ sha3::Sha3_384, $D => $run),
            Hash::Sha3_512 => with_hash!(@ sha3::Sha3_512, $D => $run),
            other => Err(parsec_provider::ProviderError::not_supported(format_args!(
                "the hash {}",
                other.name()
            ))),
        }
    }};
    (@ $type:ty, $D:ident => $run:expr) => {{
        type $D = $type;
        $run
    }};
}

pub(crate) use with_hash;

/// Whether the hash function is supported.
pub fn has(alg: Hash) -> bool {
    begin(alg).is_ok()
}

/// Hashes the input.
///
/// # Errors
///
/// `psa-error-not-supported` if the hash function is not supported.
pub fn compute(alg: Hash, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
    with_hash!(alg, D => Ok(D::digest(input).to_vec()))
}

/// Compares the hash of the input with the expected one in constant time.
pub(crate) fn compare(alg: Hash, input: &[u8], hash: &[u8]) -> Result<(), ProviderError> {
    if compute(alg, input)?.ct_eq(hash).into() {
        return Ok(());
    }
    Err(differs())
}

fn differs() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorInvalidSignature,
        "the hash of the input differs",
    )
}

/// Starts to hash a stream.
pub(crate) fn begin(alg: Hash) -> Result<Box<dyn Streaming>, ProviderError> {
    with_hash!(alg, D => Ok(Box::new(Hashing(D::new())) as Box<dyn Streaming>))
}

struct Hashing<D>(D);

impl<D: Digest + Send> Streaming for Hashing<D> {
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
        self.0.update(input);
        Ok(Secret::default())
    }

    fn finish(self: Box<Self>) -> Result<Secret, ProviderError> {
        Ok(Secret::from(&self.0.finalize()[..]))
    }

    fn verify(self: Box<Self>, expected: &[u8]) -> Result<Secret, ProviderError> {
        if self.0.finalize()[..].ct_eq(expected).into() {
            return Ok(Secret::default());
        }
        Err(differs())
    }
}
