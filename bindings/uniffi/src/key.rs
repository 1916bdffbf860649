//! Keys, whatever they are for: what they do with data.

use std::sync::Arc;

use parsec_client::{AnyKey, ErrorKind, Key, Secret, Signature, blocking};

use crate::async_and_blocking::async_and_blocking;
use crate::client::Clients;
use crate::convert::{Convert as _, duration, secret};
use crate::failure::Failure;
use crate::generated::{Hash, KeyAttributes, ProviderId};
use crate::public_key::NativePublicKey;

/// A key of the service. Each language has a class for each role; here is one, whose methods
/// refuse what the key is not for. It is a name: dropping it deletes nothing.
#[derive(Debug, Clone, uniffi::Object)]
pub struct NativeKey {
    pub(crate) clients: Clients,
    key: Key,
    asynchronous: AnyKey,
    blocking: blocking::AnyKey,
}

/// A key as a client gave it, either client.
pub(crate) trait Opened {
    /// The key for blocking calls over these clients' connections.
    fn for_blocking(self, clients: &Clients) -> blocking::Key;
}

impl Opened for Key {
    fn for_blocking(self, clients: &Clients) -> blocking::Key {
        clients.blocking(None).adopt(&self)
    }
}

impl Opened for blocking::Key {
    fn for_blocking(self, clients: &Clients) -> blocking::Key {
        // There and back: what a single call said of its time stays with that call.
        clients
            .blocking(None)
            .adopt(&clients.asynchronous(None).adopt(&self))
    }
}

impl NativeKey {
    pub(crate) fn new(clients: &Clients, key: impl Opened) -> Arc<Self> {
        let blocking = key.for_blocking(clients);
        let key = clients.asynchronous(None).adopt(&blocking);
        Arc::new(Self {
            clients: clients.clone(),
            asynchronous: key.clone().into_any(),
            key,
            blocking: blocking.into_any(),
        })
    }

    /// A key that came of this one.
    pub(crate) fn made(&self, key: impl Opened) -> Arc<Self> {
        Self::new(&self.clients, key)
    }

    pub(crate) fn asynchronous(&self, timeout_ms: Option<u32>) -> AnyKey {
        match timeout_ms {
            Some(millis) => self.key.with_timeout(duration(millis)).into_any(),
            None => self.asynchronous.clone(),
        }
    }

    pub(crate) fn blocking(&self, timeout_ms: Option<u32>) -> blocking::AnyKey {
        match timeout_ms {
            Some(millis) => {
                let key = self.blocking.key().with_timeout(duration(millis));
                key.into_any()
            }
            None => self.blocking.clone(),
        }
    }

    pub(crate) fn refuse<T>(&self, what: &str) -> Result<T, Failure> {
        Err(Failure::invalid(format!(
            "the {} key \"{}\" {what}",
            self.role(),
            self.key.name()
        )))
    }
}

#[uniffi::export]
impl NativeKey {
    /// The same key in an object of its own: where objects are closed by hand, each has its own end.
    pub fn again(&self) -> Arc<Self> {
        Arc::new(self.clone())
    }

    /// The key's name.
    pub fn name(&self) -> String {
        self.key.name().to_owned()
    }

    /// What the key is for: `signing`, `verifying`, `symmetric`, `mac`, `decryption`,
    /// `derivation`, `agreement`, `wrapping` or `other`.
    pub fn role(&self) -> String {
        self.asynchronous.role().to_owned()
    }

    /// Where it lives.
    pub fn provider(&self) -> ProviderId {
        self.key.provider().convert()
    }

    /// Its type, size and policy.
    pub fn attributes(&self) -> KeyAttributes {
        (*self.key.attributes()).convert()
    }

    /// What it is, for a person.
    pub fn description(&self) -> String {
        parsec_client::describe(self.key.attributes())
    }

    /// Its public key, of keys that have one in a known form.
    pub fn public_key(&self) -> Option<NativePublicKey> {
        self.key.public_key().map(NativePublicKey::from)
    }
}

/// A signature, in both of its encodings; those of RSA and EdDSA have but one.
#[derive(Debug, Clone, uniffi::Record)]
pub struct NativeSignature {
    /// r and then s, each as long as the curve's order.
    pub raw: Vec<u8>,
    /// A DER sequence of the two numbers (RFC 3279, section 2.2.3).
    pub der: Vec<u8>,
}

impl From<Signature> for NativeSignature {
    fn from(signature: Signature) -> Self {
        Self {
            raw: signature.to_raw(),
            der: signature.to_der(),
        }
    }
}

/// How a signature of ECDSA is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SignatureForm {
    /// r and then s.
    Raw,
    /// A DER sequence.
    Der,
}

impl SignatureForm {
    fn read(
        self,
        bytes: &[u8],
        key: &parsec_client::PublicKey,
    ) -> parsec_client::Result<Signature> {
        match self {
            Self::Raw => Signature::from_raw(bytes, key),
            Self::Der => Signature::from_der(bytes, key),
        }
    }
}

/// A wrong signature or code is an answer in Kotlin and in Swift.
fn matched(checked: parsec_client::Result<()>) -> Result<bool, Failure> {
    match checked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::InvalidSignature => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The handle for one of several roles, and what to do with it.
macro_rules! with_role {
    ($self:ident, $any:ident, else $what:literal, $($role:ident($key:ident) => $work:expr,)+) => {
        match $any {
            $(api::AnyKey::$role($key) => $work,)+
            _ => $self.refuse($what),
        }
    };
    ($self:ident, $any:ident, $($role:ident)|+ else $what:literal, |$key:ident| $work:expr) => {
        match $any {
            $(api::AnyKey::$role($key) => $work,)+
            _ => $self.refuse($what),
        }
    };
}
pub(crate) use with_role;

async_and_blocking! {
    impl NativeKey {
        /// Signs a message; `hash` is for policies that leave it open.
        fn sign / sign_blocking(
            &self as key, message: Vec<u8>, hash: Option<Hash>,
        ) -> NativeSignature {
            with_role!(self, key, Signing else "does not sign", |key| {
                let signature = match hash {
                    Some(hash) => wait!(key.sign_with(hash.convert(), &message)),
                    None => wait!(key.sign(&message)),
                };
                Ok(signature?.into())
            })
        }

        /// Signs a hash.
        fn sign_hash / sign_hash_blocking(&self as key, hash: Vec<u8>) -> NativeSignature {
            with_role!(self, key, Signing else "does not sign", |key| {
                Ok(wait!(key.sign_hash(&hash))?.into())
            })
        }

        /// Whether the signature is the message's.
        fn verify / verify_blocking(
            &self as key,
            message: Vec<u8>, signature: Vec<u8>, form: SignatureForm, hash: Option<Hash>,
        ) -> bool {
            with_role!(self, key, Signing | Verifying else "does not verify", |key| {
                let signature = match form.read(&signature, key.public_key()) {
                    Ok(signature) => signature,
                    Err(error) => return matched(Err(error)),
                };
                matched(match hash {
                    Some(hash) => wait!(key.verify_with(hash.convert(), &message, &signature)),
                    None => wait!(key.verify(&message, &signature)),
                })
            })
        }

        /// Whether the signature is the hash's.
        fn verify_hash / verify_hash_blocking(
            &self as key, hash: Vec<u8>, signature: Vec<u8>, form: SignatureForm,
        ) -> bool {
            with_role!(self, key, Signing | Verifying else "does not verify", |key| {
                let signature = match form.read(&signature, key.public_key()) {
                    Ok(signature) => signature,
                    Err(error) => return matched(Err(error)),
                };
                matched(wait!(key.verify_hash(&hash, &signature)))
            })
        }

        /// Encrypts, bound to a context: associated data, or the label of OAEP.
        fn encrypt / encrypt_blocking(
            &self as key, plaintext: Secret, context: Vec<u8>,
        ) -> Vec<u8> {
            with_role!(self, key, else "does not encrypt",
                Symmetric(key) => {
                    Ok(wait!(key.encrypt_with_context(&context, plaintext.expose()))?)
                },
                Decryption(key) => {
                    Ok(wait!(key.encrypt_with_label(&context, plaintext.expose()))?)
                },
            )
        }

        /// Decrypts what [`NativeKey::encrypt`] gave.
        fn decrypt / decrypt_blocking(
            &self as key, ciphertext: Vec<u8>, context: Vec<u8>,
        ) -> Secret {
            with_role!(self, key, else "does not decrypt",
                Symmetric(key) => {
                    Ok(secret(wait!(key.decrypt_with_context(&context, &ciphertext))?))
                },
                Decryption(key) => {
                    Ok(secret(wait!(key.decrypt_with_label(&context, &ciphertext))?))
                },
            )
        }

        /// The authentication code of data.
        fn compute_mac / compute_mac_blocking(&self as key, data: Vec<u8>) -> Vec<u8> {
            with_role!(self, key, Mac else "computes no codes", |key| Ok(wait!(key.compute(&data))?))
        }

        /// Whether the code is the data's.
        fn verify_mac / verify_mac_blocking(
            &self as key, data: Vec<u8>, code: Vec<u8>,
        ) -> bool {
            with_role!(self, key, Mac else "checks no codes", |key| {
                matched(wait!(key.verify(&data, &code)))
            })
        }
    }
}
