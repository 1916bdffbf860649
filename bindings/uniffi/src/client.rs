//! The client.

use std::sync::Arc;

use parsec_client::{Authentication, Client, Endpoint, Secret, blocking};

use crate::async_and_blocking::async_and_blocking;
use crate::convert::{Convert as _, duration, secret};
use crate::failure::Failure;
use crate::generated::{AuthenticatorInfo, Hash, KeyInfo, KeyLifetime, ProviderId, ProviderInfo};
use crate::key::{NativeKey, Opened};
use crate::panics::{caught, caught_async};
use crate::raw::NativeRaw;
use crate::spec::{NativeSpec, PrivateMaterial, PublicMaterial};

/// How the client says who it is.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum NativeAuthentication {
    /// It does not.
    Anonymous,
    /// By a name that the service takes on trust.
    Direct {
        /// The name.
        name: String,
    },
    /// By the user of this process.
    UnixPeerCredentials,
    /// By a JWT-SVID of SPIFFE.
    JwtSvid {
        /// The token.
        token: Secret,
    },
    /// By the JWT-SVID that a file holds, read for every request.
    JwtSvidFile {
        /// Where it is.
        path: String,
    },
}

impl From<NativeAuthentication> for Authentication {
    fn from(authentication: NativeAuthentication) -> Self {
        match authentication {
            NativeAuthentication::Anonymous => Self::None,
            NativeAuthentication::Direct { name } => Self::Direct(name),
            NativeAuthentication::UnixPeerCredentials => Self::UnixPeerCredentials,
            NativeAuthentication::JwtSvid { token } => Self::JwtSvid(token),
            NativeAuthentication::JwtSvidFile { path } => Self::JwtSvidFile(path.into()),
        }
    }
}

/// What to say otherwise about a client.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct ConnectOptions {
    /// Where the service listens: `unix:` and a path.
    #[uniffi(default = None)]
    pub endpoint: Option<String>,
    /// The application's name, for a service that takes names on trust.
    #[uniffi(default = None)]
    pub application: Option<String>,
    /// How to say who the client is, instead of what the service offers.
    #[uniffi(default = None)]
    pub authentication: Option<NativeAuthentication>,
    /// The one provider to use.
    #[uniffi(default = None)]
    pub provider: Option<ProviderId>,
    /// How long to wait for each answer, in milliseconds.
    #[uniffi(default = None)]
    pub timeout_ms: Option<u32>,
    /// The most bytes to take as an answer.
    #[uniffi(default = None)]
    pub max_body_size: Option<u32>,
}

/// Both builders have the same methods and no trait in common.
macro_rules! builder {
    ($client:ty, $options:ident) => {{
        let mut builder = <$client>::builder();
        if let Some(endpoint) = &$options.endpoint {
            builder = builder.endpoint(Endpoint::parse(endpoint)?);
        }
        if let Some(application) = $options.application {
            builder = builder.application(application);
        }
        if let Some(authentication) = $options.authentication {
            builder = builder.authentication(authentication.into());
        }
        if let Some(provider) = $options.provider {
            builder = builder.provider(provider.convert());
        }
        if let Some(millis) = $options.timeout_ms {
            builder = builder.timeout(duration(millis));
        }
        if let Some(bytes) = $options.max_body_size {
            builder = builder.max_body_size(bytes as usize);
        }
        builder
    }};
}

/// Connects to the service.
#[uniffi::export(async_runtime = "tokio")]
pub async fn connect(options: ConnectOptions) -> Result<Arc<NativeClient>, Failure> {
    caught_async(async {
        let asynchronous = builder!(Client, options).connect().await?;
        let blocking = asynchronous.to_blocking();
        Ok(NativeClient::new(asynchronous, blocking))
    })
    .await
}

/// Connects to the service, and waits for it on the caller's thread.
#[uniffi::export]
pub fn connect_blocking(options: ConnectOptions) -> Result<Arc<NativeClient>, Failure> {
    caught(|| {
        let blocking = builder!(blocking::Client, options).connect()?;
        Ok(NativeClient::new(blocking.to_async(), blocking))
    })
}

/// A client, async and blocking.
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    asynchronous: Client,
    blocking: blocking::Client,
}

impl Clients {
    pub(crate) fn asynchronous(&self, timeout_ms: Option<u32>) -> Client {
        match timeout_ms {
            Some(millis) => self.asynchronous.with_timeout(duration(millis)),
            None => self.asynchronous.clone(),
        }
    }

    pub(crate) fn blocking(&self, timeout_ms: Option<u32>) -> blocking::Client {
        match timeout_ms {
            Some(millis) => self.blocking.with_timeout(duration(millis)),
            None => self.blocking.clone(),
        }
    }
}

/// A client of the service.
#[derive(Debug, uniffi::Object)]
pub struct NativeClient {
    clients: Clients,
}

impl NativeClient {
    fn new(asynchronous: Client, blocking: blocking::Client) -> Arc<Self> {
        Arc::new(Self {
            clients: Clients {
                asynchronous,
                blocking,
            },
        })
    }

    pub(crate) fn asynchronous(&self, timeout_ms: Option<u32>) -> Client {
        self.clients.asynchronous(timeout_ms)
    }

    pub(crate) fn blocking(&self, timeout_ms: Option<u32>) -> blocking::Client {
        self.clients.blocking(timeout_ms)
    }

    fn key(&self, key: impl Opened) -> Arc<NativeKey> {
        NativeKey::new(&self.clients, key)
    }
}

#[uniffi::export]
impl NativeClient {
    /// Where the service was found.
    pub fn endpoint(&self) -> Option<String> {
        let found = self.clients.asynchronous.endpoint();
        let found = found.or_else(|| self.clients.blocking.endpoint());
        found.map(ToString::to_string)
    }

    /// How the client says who it is: the name of an authenticator.
    pub fn authentication(&self) -> String {
        let authentication = self.clients.asynchronous.authentication();
        authentication.auth_type().name().to_owned()
    }

    /// The same client with another provider or another time-out.
    #[uniffi::method(default(provider = None, timeout_ms = None))]
    pub fn with_options(&self, provider: Option<ProviderId>, timeout_ms: Option<u32>) -> Arc<Self> {
        let (mut asynchronous, mut blocking) =
            (self.asynchronous(timeout_ms), self.blocking(timeout_ms));
        if let Some(provider) = provider {
            asynchronous = asynchronous.with_provider(provider.convert());
            blocking = blocking.with_provider(provider.convert());
        }
        Self::new(asynchronous, blocking)
    }

    /// Every operation of the contracts.
    pub fn raw(&self) -> Arc<NativeRaw> {
        Arc::new(NativeRaw::new(self.clients.clone()))
    }
}

/// A version of the wire protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct NativeVersion {
    /// The major version.
    pub major: u32,
    /// The minor version.
    pub minor: u32,
}

async_and_blocking! {
    impl NativeClient {
        /// The version of the protocol that the service speaks.
        fn ping / ping_blocking(&self as client) -> NativeVersion {
            let (major, minor) = wait!(client.ping())?;
            Ok(NativeVersion { major, minor })
        }

        /// The providers of the service.
        fn providers / providers_blocking(&self as client) -> Vec<ProviderInfo> {
            Ok(wait!(client.providers())?.convert())
        }

        /// The authenticators of the service.
        fn authenticators / authenticators_blocking(&self as client) -> Vec<AuthenticatorInfo> {
            Ok(wait!(client.authenticators())?.convert())
        }

        /// The names of the operations that a provider serves.
        fn operations / operations_blocking(&self as client, provider: ProviderId) -> Vec<String> {
            let opcodes = wait!(client.opcodes(provider.convert()))?;
            Ok(opcodes.iter().map(|opcode| opcode.name().to_owned()).collect())
        }

        /// The keys of this application.
        fn keys / keys_blocking(&self as client) -> Vec<KeyInfo> {
            Ok(wait!(client.keys())?.convert())
        }

        /// A key by its name.
        fn open / open_blocking(&self as client, name: String) -> Arc<NativeKey> {
            Ok(self.key(wait!(client.open(&name))?))
        }

        /// A new key.
        fn generate / generate_blocking(
            &self as client, name: String, spec: NativeSpec,
        ) -> Arc<NativeKey> {
            Ok(self.key(wait!(client.generate(&name, spec.read()?))?))
        }

        /// A key, made where it is missing.
        fn get_or_generate / get_or_generate_blocking(
            &self as client, name: String, spec: NativeSpec,
        ) -> Arc<NativeKey> {
            Ok(self.key(wait!(client.get_or_generate(&name, spec.read()?))?))
        }

        /// A new key that vanishes by itself.
        fn generate_volatile / generate_volatile_blocking(
            &self as client, name: String, spec: NativeSpec, lifetime: KeyLifetime,
        ) -> Arc<NativeKey> {
            let lifetime = lifetime.convert();
            Ok(self.key(wait!(client.generate_volatile(&name, spec.read()?, lifetime))?))
        }

        /// A key pair that was made elsewhere.
        fn import_private / import_private_blocking(
            &self as client, name: String, spec: NativeSpec, material: PrivateMaterial,
        ) -> Arc<NativeKey> {
            let material = material.read()?;
            Ok(self.key(wait!(client.import(&name, spec.read()?, &material))?))
        }

        /// Somebody's public key, to verify with.
        fn import_public / import_public_blocking(
            &self as client, name: String, spec: NativeSpec, material: PublicMaterial,
        ) -> Arc<NativeKey> {
            let material = material.read()?;
            let key = wait!(client.import_public(&name, spec.read()?, &material))?;
            Ok(self.key(key.key()))
        }

        /// Key material as the PSA Crypto API has it.
        fn import_bytes / import_bytes_blocking(
            &self as client, name: String, spec: NativeSpec, material: Secret,
        ) -> Arc<NativeKey> {
            Ok(self.key(wait!(client.import_bytes(&name, spec.read()?, &material))?))
        }

        /// Random bytes.
        fn random / random_blocking(&self as client, count: u32) -> Secret {
            Ok(secret(wait!(client.random(count as usize))?))
        }

        /// A hash, made by the service.
        fn hash / hash_blocking(&self as client, alg: Hash, data: Vec<u8>) -> Vec<u8> {
            Ok(wait!(client.hash(alg.convert(), &data))?)
        }
    }
}
