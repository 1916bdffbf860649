//! Checking what a TPM says, on a machine that has none. Feature `attestation`.
//!
//! `certify_key` and `quote` have a TPM make a statement and sign it with an attestation key, which
//! `generate_device_key` makes. Whoever gets the statement has to know that key to be one of a TPM
//! that it trusts: `prepare_key_attestation` and `attest_key` prove that, once, against the
//! certificate of the TPM's endorsement key. From then on these functions check each statement.
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
//! let nonce = Nonce::new()?;                          // goes to the other machine
//! let (statement, signature, public) = receive();     // what `certify_key` gave there
//! let key = attester.check_certified_key(&statement, &signature, &public, nonce.as_bytes())?;
//! assert!(key.is_of_the_tpm_alone());
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

/// Why a statement is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotGenuine {
    /// The statement is none of a TPM, or is of another kind.
    Statement,
    /// The signature is not the attesting key's.
    Signature,
    /// The statement answers another question: it is old, or somebody else's.
    Nonce,
    /// The statement is of another key than the one that was given with it.
    Name,
    /// The registers' values are not those of the statement, or not those of the registers that
    /// were asked for.
    Registers,
    /// The key that was certified cannot be read.
    PublicArea,
    /// The attesting key is of a kind that is not checked here.
    Unsupported,
}

impl fmt::Display for NotGenuine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Statement => "the statement is none of a TPM, or of another kind",
            Self::Signature => "the signature of the statement is not the attesting key's",
            Self::Nonce => "the statement has another nonce: it is old, or for somebody else",
            Self::Name => "the statement is of another key than the one that came with it",
            Self::Registers => "the registers are others than the statement says",
            Self::PublicArea => "the certified key cannot be read",
            Self::Unsupported => {
                "the attesting key is not checked here: it is ECDSA on P-256 or P-384, or RSA, \
                 with SHA-256, SHA-384 or SHA-512"
            }
        })
    }
}

impl std::error::Error for NotGenuine {}

/// What makes a statement new: 32 random bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce([u8; 32]);

impl Nonce {
    /// A nonce that was never used.
    ///
    /// # Errors
    ///
    /// If the operating system gives no random bytes.
    pub fn new() -> Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| {
            crate::Error::invalid(
                "the operating system gives no random bytes".to_owned(),
                "try again",
            )
            .with_source(error)
        })?;
        Ok(Self(bytes))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// An attestation key of a TPM that is trusted.
#[derive(Debug, Clone)]
pub struct Attester {
    key: PublicKey,
    alg: AsymmetricSignature,
    hash: Hash,
}

impl Attester {
    /// The key with this public key, which signs with the algorithm that it was made for.
    ///
    /// # Errors
    ///
    /// [`NotGenuine::Unsupported`] if its statements are not checked here.
    pub fn new(key: PublicKey, alg: AsymmetricSignature) -> Result<Self, NotGenuine> {
        match alg.sign_hash() {
            Some(SignHash::Specific(hash @ (Hash::Sha256 | Hash::Sha384 | Hash::Sha512))) => {
                Ok(Self { key, alg, hash })
            }
            _ => Err(NotGenuine::Unsupported),
        }
    }

    /// Checks what `certify_key` gave for a nonce: the signature, the nonce, and that the statement
    /// is of the key whose public area came with it. `nonce` is what was sent.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
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

    /// Checks what `quote` gave for a nonce: the signature, the nonce, that the statement is of
    /// these registers (bit n is register n of the SHA-256 bank), and that they had these values.
    /// Whether those are the right ones is for you to say.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
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

    /// The signature first: nothing of what is not signed is looked at.
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
