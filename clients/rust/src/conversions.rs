//! An async and a blocking client of one service, for those that offer both.

use crate::blocking;
use crate::generated::handles::{Client, Key};

impl Client {
    /// The same client over connections of its own, for code that is not async. It knows already
    /// what this one has learned of the service.
    pub fn to_blocking(&self) -> blocking::Client {
        blocking::Client {
            core: self.core.apart(),
        }
    }

    /// A key that a blocking client gave, over this client's connections and with its options.
    pub fn adopt(&self, key: &blocking::Key) -> Key {
        Key::new(key.core.over(self.core.clone()))
    }
}

impl blocking::Client {
    /// The same client over connections of its own, for code on a tokio runtime. It knows already
    /// what this one has learned of the service.
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
            core: self.core.apart(),
        }
    }

    /// A key that an async client gave, over this client's connections and with its options.
    pub fn adopt(&self, key: &Key) -> blocking::Key {
        blocking::Key::new(key.core.over(self.core.clone()))
    }
}
