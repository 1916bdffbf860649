//! The blocking client.

use std::fmt;
use std::time::Duration;

use parsec_contracts::operations::Ping;
use parsec_contracts::types::{
    AuthenticatorInfo, Hash, KeyInfo, KeyLifetime, MissingKey, ProviderInfo,
};
use parsec_contracts::{Opcode, ProviderId, Secret, Zeroizing};

use super::{Admin, Key, Raw, SigningKey, Stream, VerifyingKey};
use crate::core::{Core, Options};
use crate::transport::{BlockingTransport, now};
use crate::{Authentication, Endpoint, KeySpec, PrivateKey, PublicKey, Result};

/// A client of the Parsec service, for code that is not async.
///
/// Clones are cheap and share their connections. A client outlives a restart of the service, and
/// a fork of its process.
///
/// ```
/// use parsec_client::{ecdsa_p256, blocking::Client};
///
/// # fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = if service.endpoint().is_empty() {
/// let parsec = Client::connect()?;
/// # parsec } else { Client::builder().endpoint(endpoint).connect()? };
/// let key = parsec.generate("shop-tls", ecdsa_p256())?;
/// let signature = key.sign(b"hello")?;
/// key.verify(b"hello", &signature)?;
/// println!("{}", key.public_key().to_pem());
/// key.delete()
/// # }
/// ```
///
/// Each call waits for its answer; threads that share a client call at the same time.
#[derive(Clone)]
pub struct Client {
    pub(crate) core: Core<BlockingTransport>,
}

impl Client {
    /// Connects to the service: where the environment's `PARSEC_SERVICE_ENDPOINT` says, or else
    /// at the system's socket or the user's own, as the identity that the service offers.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ServiceUnavailable`](crate::ErrorKind::ServiceUnavailable), with where it
    /// looked and how to start the service.
    pub fn connect() -> Result<Self> {
        Self::builder().connect()
    }

    /// A client with something said otherwise.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The same client, with all new keys on `provider` and only its keys found.
    #[must_use]
    pub fn with_provider(&self, provider: ProviderId) -> Self {
        Self {
            core: self.core.with_provider(provider),
        }
    }

    /// The same client, waiting at most `timeout` for each answer.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            core: self.core.with_timeout(timeout),
        }
    }

    /// Where the service was found.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.core.endpoint()
    }

    /// How the client says who it is.
    pub fn authentication(&self) -> &Authentication {
        self.core.authentication()
    }

    /// Every operation as the contracts have it.
    pub fn raw(&self) -> Raw<'_> {
        Raw::new(&self.core)
    }

    /// What administrators can do.
    pub fn admin(&self) -> Admin<'_> {
        Admin::new(&self.core)
    }

    /// Asks whether the service is there; it answers the version of the protocol that it speaks.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub fn ping(&self) -> Result<(u32, u32)> {
        let output = now(self.core.call_core(Ping {}))?;
        Ok((
            output.wire_protocol_version_maj,
            output.wire_protocol_version_min,
        ))
    }

    /// The providers of the service. Asked for once.
    ///
    /// # Errors
    ///
    /// If the service cannot be reached.
    pub fn providers(&self) -> Result<Vec<ProviderInfo>> {
        Ok(now(self.core.providers())?.to_vec())
    }

    /// The authenticators of the service. Asked for once.
    ///
    /// # Errors
    ///
    /// If the service cannot be reached.
    pub fn authenticators(&self) -> Result<Vec<AuthenticatorInfo>> {
        Ok(now(self.core.authenticators())?.to_vec())
    }

    /// The operations that a provider serves, those left out that this client does not know.
    /// Asked for once.
    ///
    /// # Errors
    ///
    /// If there is no such provider.
    pub fn opcodes(&self, provider: ProviderId) -> Result<Vec<Opcode>> {
        let numbers = now(self.core.opcodes(provider))?;
        Ok(numbers
            .iter()
            .filter_map(|&number| Opcode::from_number(number))
            .collect())
    }

    /// The keys of this application, on all providers.
    ///
    /// # Errors
    ///
    /// If the service does not know who is calling.
    pub fn keys(&self) -> Result<Vec<KeyInfo>> {
        now(self.core.keys())
    }

    /// The keys of this application that are missing from their device. The service keeps them, and
    /// uses them again when the device shows them.
    ///
    /// # Errors
    ///
    /// If the service does not know who is calling, or has no such list.
    pub fn missing_keys(&self) -> Result<Vec<MissingKey>> {
        now(self.core.missing_keys(false))
    }

    /// Makes a key. What is made is said by `spec`, and so is the type of the handle; it is made
    /// by the first provider that can, hardware before software.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyExists`](crate::ErrorKind::KeyExists) if the name is taken, and
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if no provider makes such keys.
    pub fn generate<S: KeySpec>(&self, name: &str, spec: S) -> Result<S::BlockingHandle> {
        let core = self.core.for_spec(&spec);
        let key = now(core.generate(name, &spec.choices()))?;
        S::blocking_handle(Key::new(key))
    }

    /// Opens a key, or makes it where it is missing.
    ///
    /// ```
    /// # use parsec_client::{Endpoint, ErrorKind, ecdsa_p256, ecdsa_p384, blocking::Client};
    /// # fn main() -> parsec_client::Result<()> {
    /// # let service = parsec_harness::shared_service();
    /// # let endpoint = Endpoint::parse(&service.endpoint())?;
    /// # let parsec = Client::builder().endpoint(endpoint).connect()?;
    /// let key = parsec.get_or_generate("ldap-tls", ecdsa_p256())?;
    /// let same = parsec.get_or_generate("ldap-tls", ecdsa_p256())?;
    /// assert_eq!(key.public_key(), same.public_key());
    ///
    /// let error = parsec.get_or_generate("ldap-tls", ecdsa_p384()).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::KeyExists);
    /// assert!(error.to_string().contains("it is P-256, not P-384"));
    /// # same.delete()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyExists`](crate::ErrorKind::KeyExists) if there is a key of that name which
    /// is not as `spec` says, with what differs.
    pub fn get_or_generate<S: KeySpec>(&self, name: &str, spec: S) -> Result<S::BlockingHandle> {
        let core = self.core.for_spec(&spec);
        let key = now(core.get_or_generate(name, &spec.choices()))?;
        S::blocking_handle(Key::new(key))
    }

    /// Brings in a key pair that was made elsewhere.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if it is not what `spec`
    /// says, and otherwise as [`Client::generate`].
    pub fn import<S: KeySpec>(
        &self,
        name: &str,
        spec: S,
        material: &PrivateKey,
    ) -> Result<S::BlockingHandle> {
        let core = self.core.for_spec(&spec);
        let key = now(core.import(name, &spec.choices(), material))?;
        S::blocking_handle(Key::new(key))
    }

    /// Brings in somebody's public key, to verify with: `spec` says which signatures.
    ///
    /// # Errors
    ///
    /// As [`Client::import`].
    pub fn import_public<S: KeySpec>(
        &self,
        name: &str,
        spec: S,
        material: &PublicKey,
    ) -> Result<VerifyingKey> {
        let core = self.core.for_spec(&spec);
        let key = now(core.import_public(name, &spec.choices(), material))?;
        Key::new(key).into_verifying_key()
    }

    /// Brings in a key that is bytes, as the PSA Crypto API has it: of AES, HMAC and HKDF the key
    /// itself, of ECDH the private number. The size is what the bytes make it.
    ///
    /// # Errors
    ///
    /// As [`Client::import`].
    pub fn import_bytes<S: KeySpec>(
        &self,
        name: &str,
        spec: S,
        material: &Secret,
    ) -> Result<S::BlockingHandle> {
        let core = self.core.for_spec(&spec);
        let key = now(core.import_bytes(name, &spec.choices(), material))?;
        S::blocking_handle(Key::new(key))
    }

    /// As [`Client::generate`], a key that vanishes by itself: at a time, or with the connection,
    /// which this client may close whenever it is idle.
    ///
    /// # Errors
    ///
    /// As [`Client::generate`], and [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if
    /// the service has no such keys.
    pub fn generate_volatile<S: KeySpec>(
        &self,
        name: &str,
        spec: S,
        lifetime: KeyLifetime,
    ) -> Result<S::BlockingHandle> {
        let core = self.core.for_spec(&spec);
        let key = now(core.generate_volatile(name, &spec.choices(), lifetime))?;
        S::blocking_handle(Key::new(key))
    }

    /// Opens a key of any kind by its name.
    ///
    /// ```
    /// # use parsec_client::{Endpoint, ErrorKind, blocking::Client};
    /// # fn main() -> parsec_client::Result<()> {
    /// # let service = parsec_harness::shared_service();
    /// # let endpoint = Endpoint::parse(&service.endpoint())?;
    /// # let parsec = Client::builder().endpoint(endpoint).connect()?;
    /// match parsec.open("missing") {
    ///     Err(error) if error.kind() == ErrorKind::KeyNotFound => println!("{error}"),
    ///     other => drop(other?),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyNotFound`](crate::ErrorKind::KeyNotFound) if there is none, or if it is
    /// another application's.
    pub fn open(&self, name: &str) -> Result<Key> {
        now(self.core.open(name)).map(Key::new)
    }

    /// Opens a key pair for signatures by its name.
    ///
    /// # Errors
    ///
    /// As [`Client::open`], and [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)
    /// if the key is for something else.
    pub fn open_signing_key(&self, name: &str) -> Result<SigningKey> {
        self.open(name)?.into_signing_key()
    }

    /// Opens a key that verifies signatures, a key pair or a public key, by its name.
    ///
    /// # Errors
    ///
    /// As [`Client::open_signing_key`].
    pub fn open_verifying_key(&self, name: &str) -> Result<VerifyingKey> {
        self.open(name)?.into_verifying_key()
    }

    /// Random bytes, from hardware where there is some.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if no provider has any.
    pub fn random(&self, count: usize) -> Result<Zeroizing<Vec<u8>>> {
        now(self.core.random(count))
    }

    /// A hash, made by the service. All of `data` travels, so the service's limit applies.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if no provider has the
    /// function.
    pub fn hash(&self, alg: Hash, data: &[u8]) -> Result<Vec<u8>> {
        now(self.core.hash(alg, data))
    }

    /// A hash of data in pieces, made by the service: [`Stream::finish`] gives it.
    ///
    /// # Errors
    ///
    /// As [`Client::hash`].
    pub fn hash_stream(&self, alg: Hash) -> Result<Stream> {
        now(self.core.hash_stream(alg)).map(Stream::new)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.endpoint())
            .field("authentication", self.authentication())
            .finish_non_exhaustive()
    }
}

/// What to say otherwise about a [`Client`].
///
/// ```no_run
/// use std::time::Duration;
///
/// use parsec_client::{Endpoint, ProviderId, blocking::Client};
///
/// # fn example() -> parsec_client::Result<()> {
/// let parsec = Client::builder()
///     .endpoint(Endpoint::parse("unix:/run/parsec/parsec.sock")?)
///     .provider(ProviderId::Tpm)
///     .timeout(Duration::from_secs(5))
///     .connect()
///     ?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct ClientBuilder {
    options: Options,
}

impl ClientBuilder {
    /// Where the service listens.
    #[must_use]
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.options.endpoint = Some(endpoint);
        self
    }

    /// The application's name, for a service that takes names on trust. Without it the
    /// environment's `PARSEC_APPLICATION` counts.
    #[must_use]
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.options.application = Some(name.into());
        self
    }

    /// How to say who the client is, instead of what the service offers and the environment's
    /// `PARSEC_JWT_SVID_FILE`.
    #[must_use]
    pub fn authentication(mut self, authentication: Authentication) -> Self {
        self.options.authentication = Some(authentication);
        self
    }

    /// The one provider to use, instead of the first that can.
    #[must_use]
    pub fn provider(mut self, provider: ProviderId) -> Self {
        self.options.provider = Some(provider);
        self
    }

    /// How long to wait for each answer, instead of 30 seconds, or 120 where an RSA key is made.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// The most bytes to take as the body of an answer, instead of 16 MiB. A longer answer is an
    /// error before it is read.
    #[must_use]
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.options.max_body_size = Some(bytes);
        self
    }

    /// Connects.
    ///
    /// # Errors
    ///
    /// As [`Client::connect`].
    pub fn connect(self) -> Result<Client> {
        Ok(Client {
            core: now(Core::connect(self.options))?,
        })
    }
}
