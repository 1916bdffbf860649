//! Conversions between async and blocking clients, for programs that offer both.

use crate::blocking;
use crate::generated::handles::{Client, Key};

impl Client {
    /// Returns a blocking client of the same service, with separate connections. It shares what
    /// this client has discovered so far.
    pub fn to_blocking(&self) -> blocking::Client {
        blocking::Client {
            core: self.core.with_own_connections(),
        }
    }

    /// Returns a blocking client's key as a key of this client, with its connections and options.
    pub fn adopt(&self, key: &blocking::Key) -> Key {
        Key::new(key.core.on_core(self.core.clone()))
    }
}

impl blocking::Client {
    /// Returns an async client of the same service, with separate connections. It shares what
    /// this client has discovered so far.
    ///
    /// ```
    /// use parsec_client::{ecdsa_p256, blocking};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> parsec_client::Result<()> {
    /// # let service = parsec_harness::shared_service();
    /// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
    /// # let blocking = blocking::Client::builder().endpoint(endpoint).connect()?;
    /// let asynchronous = blocking.to_async();
    /// let key = blocking.generate("batch-tls", ecdsa_p256())?;
    /// let signature = asynchronous.adopt(&key.key()).into_signing_key()?.sign(b"hello").await?;
    /// key.verify(b"hello", &signature)?;
    /// # key.delete()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_async(&self) -> Client {
        Client {
            core: self.core.with_own_connections(),
        }
    }

    /// Returns an async client's key as a key of this client, with its connections and options.
    pub fn adopt(&self, key: &Key) -> blocking::Key {
        blocking::Key::new(key.core.on_core(self.core.clone()))
    }
}
