//! Verification of the attestation key's signature.

use ::signature::hazmat::PrehashVerifier;
use parsec_contracts::types::{AsymmetricSignature, Hash};

use super::{Attester, NotGenuine};

/// Verifies that the key signed the statement.
pub(super) fn signature(
    attester: &Attester,
    statement: &[u8],
    signature: &[u8],
) -> Result<(), NotGenuine> {
    let digest = crate::hash::compute(attester.hash, statement).ok_or(NotGenuine::Unsupported)?;
    match (attester.alg, attester.key.bits()) {
        (AsymmetricSignature::Ecdsa { .. }, 256) => {
            ecdsa::<p256::NistP256>(attester, &digest, signature)
        }
        (AsymmetricSignature::Ecdsa { .. }, 384) => {
            ecdsa::<p384::NistP384>(attester, &digest, signature)
        }
        (AsymmetricSignature::RsaPkcs1v15Sign { .. }, _) => match attester.hash {
            Hash::Sha256 => pkcs1v15::<sha2::Sha256>(attester, &digest, signature),
            Hash::Sha384 => pkcs1v15::<sha2::Sha384>(attester, &digest, signature),
            _ => pkcs1v15::<sha2::Sha512>(attester, &digest, signature),
        },
        (AsymmetricSignature::RsaPss { .. }, _) => match attester.hash {
            Hash::Sha256 => pss::<sha2::Sha256>(attester, &digest, signature),
            Hash::Sha384 => pss::<sha2::Sha384>(attester, &digest, signature),
            _ => pss::<sha2::Sha512>(attester, &digest, signature),
        },
        _ => Err(NotGenuine::Unsupported),
    }
}

fn wrong<E>(_: E) -> NotGenuine {
    NotGenuine::Signature
}

fn unsupported<E>(_: E) -> NotGenuine {
    NotGenuine::Unsupported
}

fn ecdsa<C>(attester: &Attester, digest: &[u8], bytes: &[u8]) -> Result<(), NotGenuine>
where
    C: crate::rustcrypto::EcdsaCurve,
    ::ecdsa::VerifyingKey<C>: PrehashVerifier<::ecdsa::Signature<C>>,
{
    let key = attester.key.to_ecdsa::<C>().map_err(unsupported)?;
    let signature = ::ecdsa::Signature::<C>::from_slice(bytes).map_err(wrong)?;
    key.verify_prehash(digest, &signature).map_err(wrong)
}

fn pkcs1v15<D>(attester: &Attester, digest: &[u8], bytes: &[u8]) -> Result<(), NotGenuine>
where
    D: sha2::Digest + der::oid::AssociatedOid,
{
    let key = attester.key.to_rsa().map_err(unsupported)?;
    let signature = rsa::pkcs1v15::Signature::try_from(bytes).map_err(wrong)?;
    rsa::pkcs1v15::VerifyingKey::<D>::new(key)
        .verify_prehash(digest, &signature)
        .map_err(wrong)
}

fn pss<D>(attester: &Attester, digest: &[u8], bytes: &[u8]) -> Result<(), NotGenuine>
where
    rsa::pss::VerifyingKey<D>: PrehashVerifier<rsa::pss::Signature>,
    D: sha2::Digest,
{
    let key = attester.key.to_rsa().map_err(unsupported)?;
    let signature = rsa::pss::Signature::try_from(bytes).map_err(wrong)?;
    rsa::pss::VerifyingKey::<D>::new(key)
        .verify_prehash(digest, &signature)
        .map_err(wrong)
}
