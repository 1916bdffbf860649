//! The client for blocking code: same names, same errors, no async runtime.
//!
//! ```
//! use parsec_client::blocking::Client;
//! use parsec_client::ecdsa_p256;
//!
//! # fn main() -> parsec_client::Result<()> {
//! # let service = parsec_harness::shared_service();
//! # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
//! # let parsec = if service.endpoint().is_empty() {
//! let parsec = Client::connect()?;
//! # parsec } else { Client::builder().endpoint(endpoint).connect()? };
//! let key = parsec.get_or_generate("intranet-tls", ecdsa_p256())?;
//! let signature = key.sign(b"hello")?;
//! key.verify(b"hello", &signature)?;
//! # key.delete()?;
//! # Ok(())
//! # }
//! ```

pub(crate) mod raw;

pub use crate::generated::blocking::{
    Admin, AgreementKey, AnyKey, Client, ClientBuilder, DecryptionKey, DerivationKey, Key, MacKey,
    SigningKey, Stream, SymmetricKey, VerifyingKey, WrappingKey,
};
pub use raw::Raw;

use crate::error::Result;
use crate::transport::now;

impl SymmetricKey {
    /// Encrypts data in pieces with a nonce that the caller generates, for interfaces that require
    /// this, such as `Cipher` of the JCA. Two messages with one nonce reveal the authentication key
    /// of AES-GCM. The output consists of the ciphertext and the tag.
    #[doc(hidden)]
    pub fn encrypt_stream_with_nonce(
        &self,
        nonce: &[u8],
        associated_data: &[u8],
    ) -> Result<Stream> {
        now(self.core.encrypt_stream_with_nonce(nonce, associated_data)).map(Stream::new)
    }
}
