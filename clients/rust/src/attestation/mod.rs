//! Verification of TPM attestation statements, without a TPM. Feature `attestation`.
//!
//! `certify_key` and `quote` make a TPM create a statement and sign it with an attestation key,
//! which `generate_device_key` generates. The verifier must know that the attestation key belongs
//! to a TPM that it trusts: `prepare_key_attestation` and `attest_key` prove that once, against the
//! certificate of the TPM's endorsement key. From then on these functions verify each statement.
//!
//! ```no_run
//! use parsec_client::attestation::{Attester, Nonce};
//! use parsec_client::PublicKey;
//! use parsec_client::types::{AsymmetricSignature, Hash, SignHash};
//! # fn receive() -> (Vec<u8>, Vec<u8>, Vec<u8>) { Default::default() }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let pem = "";
//! let hash_alg = SignHash::Specific(Hash::Sha256);
//! let attester = Attester::new(PublicKey::from_pem(pem)?, AsymmetricSignature::Ecdsa { hash_alg })?;
//! let nonce = Nonce::new()?;                          // send it to the other machine
//! let (statement, signature, public) = receive();     // the output of `certify_key` there
//! let key = attester.check_certified_key(&statement, &signature, &public, nonce.as_bytes())?;
//! assert!(key.is_bound_to_tpm());
//! println!("{}", key.public_key().to_pem());
//! # Ok(())
//! # }
//! ```

mod public_area;
mod reader;
mod statement;
mod verify;

use std::fmt;

use parsec_contracts::types::{AsymmetricSignature, Hash, SignHash};

use crate::error::Result;
use crate::public_key::PublicKey;

pub use public_area::CertifiedKey;
use statement::{Attested, Statement};

/// Why a statement is not genuine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotGenuine {
    /// The bytes are not a TPM statement, or a statement of another kind.
    Statement,
    /// The signature is not by the attestation key.
    Signature,
    /// The statement has another nonce: it is old, or made for another verifier.
    Nonce,
    /// The statement is about another key than the one given with it.
    Name,
    /// The statement is about other registers, or the registers had other values.
    Registers,
    /// The public area of the certified key cannot be parsed.
    PublicArea,
    /// Signatures of the attestation key's kind are not supported here.
    Unsupported,
}

impl fmt::Display for NotGenuine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Statement => "not a TPM statement, or one of another kind",
            Self::Signature => "the statement is not signed by the attestation key",
            Self::Nonce => "the statement has another nonce: it is old, or made for another verifier",
            Self::Name => "the statement is about another key than the one given with it",
            Self::Registers => "the registers or their values differ from those in the statement",
            Self::PublicArea => "the public area of the certified key cannot be parsed",
            Self::Unsupported => {
                "signatures of this kind are not supported here: use ECDSA on P-256 or P-384, or RSA, \
                with SHA-256, SHA-384 or SHA-512"
            }
        })
    }
}

impl std::error::Error for NotGenuine {}

/// A nonce of 32 random bytes, which proves that a statement is fresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce([u8; 32]);

impl Nonce {
    /// Generates a nonce.
    ///
    /// # Errors
    ///
    /// An error if the operating system provides no random bytes.
    pub fn new() -> Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| {
            crate::Error::invalid(
                "the operating system provides no random bytes".to_owned(),
                "try again",
            )
            .with_source(error)
        })?;
        Ok(Self(bytes))
    }

    /// Returns the bytes to send.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// An attestation key of a trusted TPM.
#[derive(Debug, Clone)]
pub struct Attester {
    key: PublicKey,
    alg: AsymmetricSignature,
    hash: Hash,
}

impl Attester {
    /// Creates a verifier for the key with this public key, which signs with `alg`.
    ///
    /// # Errors
    ///
    /// [`NotGenuine::Unsupported`] if signatures of this kind are not supported here.
    pub fn new(key: PublicKey, alg: AsymmetricSignature) -> Result<Self, NotGenuine> {
        match alg.sign_hash() {
            Some(SignHash::Specific(hash @ (Hash::Sha256 | Hash::Sha384 | Hash::Sha512))) => {
                Ok(Self { key, alg, hash })
            }
            _ => Err(NotGenuine::Unsupported),
        }
    }

    /// Checks the output of `certify_key`: the signature, the nonce, and that the statement is
    /// about the key with this public area. `nonce` is the nonce that was sent.
    ///
    /// # Errors
    ///
    /// The first check that failed.
    pub fn check_certified_key(
        &self,
        statement: &[u8],
        signature: &[u8],
        public: &[u8],
        nonce: &[u8],
    ) -> Result<CertifiedKey, NotGenuine> {
        let Attested::Key { name } = self.check(statement, signature, nonce)? else {
            return Err(NotGenuine::Statement);
        };
        if public_area::name(public) != Some(name) {
            return Err(NotGenuine::Name);
        }
        CertifiedKey::read(public).ok_or(NotGenuine::PublicArea)
    }

    /// Checks the output of `quote`: the signature, the nonce, that the statement is about
    /// these registers (bit n is register n of the SHA-256 bank), and that they had these values.
    /// The caller decides whether the values are acceptable.
    ///
    /// # Errors
    ///
    /// The first check that failed.
    pub fn check_quote(
        &self,
        statement: &[u8],
        signature: &[u8],
        pcr_values: &[Vec<u8>],
        nonce: &[u8],
        pcrs: u32,
    ) -> Result<(), NotGenuine> {
        let Attested::Registers { selected, digest } = self.check(statement, signature, nonce)?
        else {
            return Err(NotGenuine::Statement);
        };
        let is_whole = pcr_values.len() == pcrs.count_ones() as usize
            && pcr_values.iter().all(|value| value.len() == 32);
        let expected = crate::hash::compute(self.hash, &pcr_values.concat());
        if selected != pcrs || !is_whole || expected != Some(digest) {
            return Err(NotGenuine::Registers);
        }
        Ok(())
    }

    /// Verifies the signature before it parses anything else.
    fn check(
        &self,
        statement: &[u8],
        signature: &[u8],
        nonce: &[u8],
    ) -> Result<Attested, NotGenuine> {
        verify::signature(self, statement, signature)?;
        let statement = Statement::read(statement).ok_or(NotGenuine::Statement)?;
        if statement.nonce != nonce {
            return Err(NotGenuine::Nonce);
        }
        Ok(statement.attested)
    }
}
