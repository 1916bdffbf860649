//! Streaming operations.

use parsec_contracts::Secret;

use crate::error::ProviderError;

/// A streaming operation in progress. The service keeps it for its connection.
///
/// The service drops it after an error; implementations wipe their state on drop.
pub trait Streaming: Send {
    /// Processes a part of the input. Returns the available output, which may be empty.
    ///
    /// # Errors
    ///
    /// The status of the response. The operation has ended.
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError>;

    /// Ends the operation. Returns the rest of the output: the hash, the MAC, the last part of a
    /// cipher's output, or the last part of an authenticated ciphertext with its tag.
    ///
    /// # Errors
    ///
    /// `psa-error-bad-state` for a decryption that must be verified, `psa-error-invalid-padding` or
    /// `psa-error-invalid-argument` if the data does not fit the algorithm.
    fn finish(self: Box<Self>) -> Result<Secret, ProviderError>;

    /// Ends the operation, and compares the hash, MAC or tag in constant time. Returns the rest of
    /// the plaintext of a decryption.
    ///
    /// # Errors
    ///
    /// `psa-error-invalid-signature` if they differ, `psa-error-bad-state` if there is nothing to
    /// compare.
    fn verify(self: Box<Self>, expected: &[u8]) -> Result<Secret, ProviderError>;
}
