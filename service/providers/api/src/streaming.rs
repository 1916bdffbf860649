//! Data that comes in pieces.

use parsec_contracts::Secret;

use crate::ProviderError;

/// A computation under way, which the service keeps for the connection that began it.
///
/// After an error it is dropped; an implementation wipes what it holds on drop.
pub trait Streaming: Send {
    /// Takes the next piece and gives the output that is ready, which may be none.
    ///
    /// # Errors
    ///
    /// The status that answers the request; the computation is over.
    fn update(&mut self, input: &[u8]) -> Result<Secret, ProviderError>;

    /// Ends it and gives the rest: the hash, the MAC, the last of a cipher's output, or the last
    /// of an authenticated ciphertext and its tag.
    ///
    /// # Errors
    ///
    /// `psa-error-bad-state` for a decryption that must be verified, `psa-error-invalid-padding`
    /// or `psa-error-invalid-argument` where the data does not fit the algorithm.
    fn finish(self: Box<Self>) -> Result<Secret, ProviderError>;

    /// Ends it and compares the hash, MAC or tag in constant time; gives the rest of the plaintext
    /// where something was decrypted.
    ///
    /// # Errors
    ///
    /// `psa-error-invalid-signature` if something else came out, and `psa-error-bad-state` for
    /// what has nothing to compare.
    fn verify(self: Box<Self>, expected: &[u8]) -> Result<Secret, ProviderError>;
}
