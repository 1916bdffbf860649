//! Hashes of messages in pieces, for signatures of data that is larger than memory.

use std::fmt;
use std::io;

use parsec_contracts::types::Hash;
use sha2::digest::DynDigest;

use crate::blocking;
use crate::error::Result;
use crate::generated::handles::{SigningKey, VerifyingKey};
use crate::hash;

/// Hashes a message in pieces, for `sign_hash` and `verify_hash`.
///
/// ```
/// use parsec_client::{MessageHasher, ecdsa_p256};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let service = parsec_harness::Service::direct();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::blocking::Client::builder().endpoint(endpoint).application("message-hasher").connect()?;
/// let key = parsec.generate("web", ecdsa_p256())?;
/// let hash = key.message_hash()?.ok_or("the key signs whole messages")?;
/// let mut hasher = MessageHasher::new(hash).ok_or("the client does not compute this hash")?;
/// std::io::copy(&mut &b"a long message"[..], &mut hasher)?;
/// let signature = key.sign_hash(hasher.finish())?;
/// key.verify(b"a long message", &signature)?;
/// # Ok(())
/// # }
/// ```
pub struct MessageHasher(Box<dyn DynDigest + Send>);

impl MessageHasher {
    /// Creates a hasher. `None` for functions outside the SHA-2 family, which `hash_stream` of the
    /// client calculates in the service.
    pub fn new(hash: Hash) -> Option<Self> {
        hash::hasher(hash).map(Self)
    }

    /// Adds a piece of the message.
    pub fn update(&mut self, piece: impl AsRef<[u8]>) {
        self.0.update(piece.as_ref());
    }

    /// Returns the hash of all pieces.
    pub fn finish(self) -> Vec<u8> {
        self.0.finalize().into_vec()
    }
}

impl io::Write for MessageHasher {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.update(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for MessageHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageHasher").finish_non_exhaustive()
    }
}

macro_rules! message_hash {
    ($($handle:ty, $does:literal, $verifies:literal;)*) => {$(
        impl $handle {
            #[doc = concat!("Returns the hash function that is applied to messages before `", $does, "`:")]
            /// see [`MessageHasher`]. `None` if the service needs the whole message.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the key signs
            /// its input without hashing.
            pub fn message_hash(&self) -> Result<Option<Hash>> {
                self.core.message_hash($verifies)
            }
        }
    )*};
}

message_hash! {
    SigningKey, "sign_hash", false;
    VerifyingKey, "verify_hash", true;
    blocking::SigningKey, "sign_hash", false;
    blocking::VerifyingKey, "verify_hash", true;
}
