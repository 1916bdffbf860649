//! The client.

use std::sync::Arc;

use parsec_client::{Authentication, Client, Endpoint, Secret, blocking};

use crate::admin::NativeAdmin;
use crate::clients::Clients;
use crate::convert::{Convert as _, duration};
use crate::failure::Failure;
use crate::generated::ProviderId;
use crate::key::{NativeKey, Opened};
use crate::panics::{caught, caught_async};
use crate::raw::NativeRaw;

/// The authentication of a client.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum NativeAuthentication {
    /// None.
    Anonymous,
    /// The name of the application, which the service trusts.
    Direct {
        /// The name.
        name: String,
    },
    /// The Unix user of this process.
    UnixPeerCredentials,
    /// A JWT-SVID of SPIFFE.
    JwtSvid {
        /// The token.
        token: Secret,
    },
    /// A file with a JWT-SVID, which is read for each request.
    JwtSvidFile {
        /// The path of the file.
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

/// Options of a new client.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct ConnectOptions {
    /// The endpoint of the service: `unix:` and a path.
    #[uniffi(default = None)]
    pub endpoint: Option<String>,
    /// The name of the application, for a service with direct authentication.
    #[uniffi(default = None)]
    pub application: Option<String>,
    /// The authentication; the default is what the service offers.
    #[uniffi(default = None)]
    pub authentication: Option<NativeAuthentication>,
    /// The only provider to use.
    #[uniffi(default = None)]
    pub provider: Option<ProviderId>,
    /// The timeout for each response, in milliseconds.
    #[uniffi(default = None)]
    pub timeout_ms: Option<u32>,
    /// The largest body of a response, in bytes.
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

/// Connects to the service. Waits for the response on the caller's thread.
#[uniffi::export]
pub fn connect_blocking(options: ConnectOptions) -> Result<Arc<NativeClient>, Failure> {
    caught(|| {
        let blocking = builder!(blocking::Client, options).connect()?;
        Ok(NativeClient::new(blocking.to_async(), blocking))
    })
}

/// A client of the service.
#[derive(Debug, uniffi::Object)]
pub struct NativeClient {
    clients: Clients,
}

impl NativeClient {
    fn new(asynchronous: Client, blocking: blocking::Client) -> Arc<Self> {
        Arc::new(Self {
            clients: Clients::new(asynchronous, blocking),
        })
    }

    pub(crate) fn asynchronous(&self, timeout_ms: Option<u32>) -> Client {
        self.clients.asynchronous(timeout_ms)
    }

    pub(crate) fn blocking(&self, timeout_ms: Option<u32>) -> blocking::Client {
        self.clients.blocking(timeout_ms)
    }

    /// The object of a key that this client opened or made.
    pub(crate) fn made(&self, key: impl Opened) -> Arc<NativeKey> {
        NativeKey::new(&self.clients, key)
    }
}

#[uniffi::export]
impl NativeClient {
    /// The endpoint of the service.
    pub fn endpoint(&self) -> Option<String> {
        let (asynchronous, blocking) = (self.asynchronous(None), self.blocking(None));
        let found = asynchronous.endpoint().or_else(|| blocking.endpoint());
        found.map(ToString::to_string)
    }

    /// The name of the authenticator.
    pub fn authentication(&self) -> String {
        let client = self.asynchronous(None);
        client.authentication().auth_type().name().to_owned()
    }

    /// The same client, with another provider or timeout.
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

    /// The operations of administrators.
    pub fn admin(&self) -> Arc<NativeAdmin> {
        Arc::new(NativeAdmin::new(self.clients.clone()))
    }

    /// All operations, as the contracts define them.
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

impl From<(u32, u32)> for NativeVersion {
    fn from((major, minor): (u32, u32)) -> Self {
        Self { major, minor }
    }
}
