//! Streams. Each computation has a separate session.

use cryptoki::error::Error;
use cryptoki::object::ObjectHandle;
use parsec_contracts::types::Cipher;
use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::{ProviderError, Streaming};
use parsec_psa::{BLOCK, iv_length, iv_missing};
use subtle::ConstantTimeEq as _;

use crate::error::{cipher_error, failed};
use crate::mechanism::{CounterParameters, cipher_mechanism};
use crate::module::OwnSession;

/// A message authentication code.
pub(crate) struct MacComputation {
    session: OwnSession,
    /// The length of the truncated code in bytes.
    length: usize,
}

impl MacComputation {
    /// Continues in a session in which signing was initialized.
    pub(crate) fn new(session: OwnSession, length: usize) -> Self {
        Self { session, length }
    }
}

impl Streaming for MacComputation {
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
        if !input.is_empty() {
            self.session
                .run(|session| session.sign_update(input))
                .map_err(failed("authenticating"))?;
        }
        Ok(Secret::default())
    }

    fn finish(self: Box<Self>) -> Result<Secret, ProviderError> {
        let mut code = self
            .session
            .run(|session| session.sign_final())
            .map_err(failed("authenticating"))?;
        code.truncate(self.length);
        Ok(Secret::new(code))
    }

    fn verify(self: Box<Self>, expected: &[u8]) -> Result<Secret, ProviderError> {
        let code = self.finish()?;
        if code.expose().ct_eq(expected).into() {
            return Ok(Secret::default());
        }
        Err(ProviderError::new(
            Status::PsaErrorInvalidSignature,
            "the code does not match the data under this key",
        ))
    }
}

/// An encryption; the output starts with the initialization vector.
pub(crate) struct CipherEncryption {
    session: OwnSession,
    alg: Cipher,
    vector: Vec<u8>,
}

impl CipherEncryption {
    /// Continues in a session in which encryption was initialized.
    pub(crate) fn new(session: OwnSession, alg: Cipher, vector: Vec<u8>) -> Self {
        Self {
            session,
            alg,
            vector,
        }
    }
}

impl Streaming for CipherEncryption {
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
        if input.is_empty() {
            return Ok(Secret::default());
        }
        let output = self
            .session
            .run(|session| session.encrypt_update(input))
            .map_err(|error| cipher_error(self.alg, error))?;
        let mut all = std::mem::take(&mut self.vector);
        all.extend_from_slice(&output);
        Ok(Secret::new(all))
    }

    fn finish(mut self: Box<Self>) -> Result<Secret, ProviderError> {
        let output = self
            .session
            .run(|session| session.encrypt_final())
            .map_err(|error| cipher_error(self.alg, error))?;
        let mut all = std::mem::take(&mut self.vector);
        all.extend_from_slice(&output);
        Ok(Secret::new(all))
    }

    fn verify(self: Box<Self>, _: &[u8]) -> Result<Secret, ProviderError> {
        Err(nothing_to_verify())
    }
}

/// A decryption, which starts after its initialization vector was received.
pub(crate) struct CipherDecryption {
    session: OwnSession,
    handle: ObjectHandle,
    alg: Cipher,
    vector: Vec<u8>,
    has_begun: bool,
}

impl CipherDecryption {
    /// Creates a decryption in a separate session.
    pub(crate) fn new(session: OwnSession, handle: ObjectHandle, alg: Cipher) -> Self {
        Self {
            session,
            handle,
            alg,
            vector: Vec::new(),
            has_begun: false,
        }
    }

    /// Consumes the bytes of the initialization vector, and returns the rest.
    fn take_vector<'a>(&mut self, input: &'a [u8]) -> Result<&'a [u8], ProviderError> {
        let missing = iv_length(self.alg) - self.vector.len();
        let (some, rest) = input.split_at(missing.min(input.len()));
        self.vector.extend_from_slice(some);
        if !self.has_begun && self.vector.len() == iv_length(self.alg) {
            let mut vector = [0; BLOCK];
            vector[..self.vector.len()].copy_from_slice(&self.vector);
            let counter = CounterParameters::new(vector);
            let mechanism = cipher_mechanism(self.alg, vector, &counter)?;
            self.session
                .run(|session| session.decrypt_init(&mechanism, self.handle))
                .map_err(|error| self.failed(error))?;
            self.has_begun = true;
        }
        Ok(rest)
    }

    fn failed(&self, error: Error) -> ProviderError {
        cipher_error(self.alg, error)
    }
}

impl Streaming for CipherDecryption {
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError> {
        let input = self.take_vector(input)?;
        if input.is_empty() {
            return Ok(Secret::default());
        }
        let output = self.session.run(|session| session.decrypt_update(input));
        output.map(Secret::new).map_err(|error| self.failed(error))
    }

    fn finish(mut self: Box<Self>) -> Result<Secret, ProviderError> {
        self.take_vector(&[])?;
        if !self.has_begun {
            return Err(iv_missing(self.alg));
        }
        let output = self.session.run(|session| session.decrypt_final());
        let output = Zeroizing::new(output.map_err(|error| self.failed(error))?);
        Ok(Secret::from(output))
    }

    fn verify(self: Box<Self>, _: &[u8]) -> Result<Secret, ProviderError> {
        Err(nothing_to_verify())
    }
}

fn nothing_to_verify() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorBadState,
        "a cipher has nothing to verify; end it with stream_finish",
    )
}
