//! Which handles are for the same key.

use std::sync::Arc;

use crate::generated::handles::Key;

impl Key {
    /// Returns whether both handles are for one key: the same name and provider, and the same client or
    /// copies of it. Keys of separately connected clients are different.
    ///
    /// ```
    /// # use parsec_client::{Client, ecdsa_p256};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> parsec_client::Result<()> {
    /// # let service = parsec_harness::shared_service();
    /// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
    /// # let parsec = Client::builder().endpoint(endpoint).connect().await?;
    /// let key = parsec.get_or_generate("same", ecdsa_p256()).await?.key();
    /// assert!(key.is_same_as(&parsec.open("same").await?));
    /// # key.delete().await
    /// # }
    /// ```
    pub fn is_same_as(&self, other: &Self) -> bool {
        let (one, other) = (&self.core, &other.core);
        one.name == other.name
            && one.provider == other.provider
            && Arc::ptr_eq(&one.core.shared, &other.core.shared)
    }
}
