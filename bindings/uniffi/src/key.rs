//! Keys of all roles: the object that has the generated methods.

use std::sync::Arc;

use parsec_client::{Key, blocking};

use crate::clients::Clients;
use crate::convert::{Convert as _, duration};
use crate::failure::Failure;
use crate::generated::{KeyAttributes, ProviderId};
use crate::panics::caught;
use crate::public_key::NativePublicKey;
use crate::raw::NativeRaw;
use crate::stream::NativeStream;

/// A key of the service. Kotlin and Swift have a class for each role; this object has the methods of
/// all, and a method of another role is an error. Dropping it does not delete the key.
#[derive(Debug, Clone, uniffi::Object)]
pub struct NativeKey {
    clients: Clients,
    asynchronous: Key,
    blocking: blocking::Key,
}

/// A key that an async or a blocking client returned.
pub(crate) trait Opened {
    /// The key for blocking calls, over the connections of these clients.
    fn for_blocking(self, clients: &Clients) -> blocking::Key;
}

impl Opened for Key {
    fn for_blocking(self, clients: &Clients) -> blocking::Key {
        clients.blocking(None).adopt(&self)
    }
}

impl Opened for blocking::Key {
    fn for_blocking(self, clients: &Clients) -> blocking::Key {
        // There and back, because the timeout of a call applies to that call only.
        clients
            .blocking(None)
            .adopt(&clients.asynchronous(None).adopt(&self))
    }
}

impl NativeKey {
    pub(crate) fn new(clients: &Clients, key: impl Opened) -> Arc<Self> {
        let blocking = key.for_blocking(clients);
        Arc::new(Self {
            clients: clients.clone(),
            asynchronous: clients.asynchronous(None).adopt(&blocking),
            blocking,
        })
    }

    /// The object of a key that this one made.
    pub(crate) fn made(&self, key: impl Opened) -> Arc<Self> {
        Self::new(&self.clients, key)
    }

    pub(crate) fn asynchronous(&self, timeout_ms: Option<u32>) -> Key {
        match timeout_ms {
            Some(millis) => self.asynchronous.with_timeout(duration(millis)),
            None => self.asynchronous.clone(),
        }
    }

    pub(crate) fn blocking(&self, timeout_ms: Option<u32>) -> blocking::Key {
        match timeout_ms {
            Some(millis) => self.blocking.with_timeout(duration(millis)),
            None => self.blocking.clone(),
        }
    }
}

#[uniffi::export]
impl NativeKey {
    /// Encrypts data in pieces with a nonce of the caller, which is not part of the output. For the
    /// JCA, whose callers may choose nonces. Waits for the response on the caller's thread.
    #[uniffi::method(default(timeout_ms = None))]
    pub fn encrypt_stream_with_nonce_blocking(
        &self,
        nonce: Vec<u8>,
        associated_data: Vec<u8>,
        timeout_ms: Option<u32>,
    ) -> Result<Arc<NativeStream>, Failure> {
        let handle = self.blocking(timeout_ms);
        caught(move || {
            let handle = handle.into_symmetric_key()?;
            let stream = handle.encrypt_stream_with_nonce(&nonce, &associated_data)?;
            Ok(NativeStream::new(stream))
        })
    }

    /// The same key in a separate object, for languages that close objects explicitly.
    pub fn again(&self) -> Arc<Self> {
        Arc::new(self.clone())
    }

    /// Whether both objects are for one key of one client.
    pub fn is_same(&self, other: Arc<Self>) -> bool {
        self.asynchronous.is_same_as(&other.asynchronous)
    }

    /// All operations, as the contracts define them.
    pub fn raw(&self) -> Arc<NativeRaw> {
        Arc::new(NativeRaw::new(self.clients.clone()))
    }

    /// The name of the key.
    pub fn name(&self) -> String {
        self.asynchronous.name().to_owned()
    }

    /// The role of the key: `signing`, `verifying`, `symmetric`, `mac`, `decryption`,
    /// `derivation`, `agreement`, `wrapping` or `other`.
    pub fn role(&self) -> String {
        self.asynchronous.clone().into_any().role().to_owned()
    }

    /// The provider that has the key.
    pub fn provider(&self) -> ProviderId {
        self.asynchronous.provider().convert()
    }

    /// The type, the size and the policy of the key.
    pub fn attributes(&self) -> KeyAttributes {
        (*self.asynchronous.attributes()).convert()
    }

    /// A description for people.
    pub fn description(&self) -> String {
        parsec_client::describe(self.asynchronous.attributes())
    }

    /// The public key, if the key has one in a form that the client knows.
    pub fn public_key(&self) -> Option<NativePublicKey> {
        self.asynchronous.public_key().map(NativePublicKey::from)
    }
}
