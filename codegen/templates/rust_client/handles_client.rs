impl Client {
    /// Connects to the service: at the endpoint in `PARSEC_SERVICE_ENDPOINT`, the socket of
    /// the system, or that of the user. The service determines the authentication.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ServiceUnavailable`](crate::ErrorKind::ServiceUnavailable), with the endpoints
    /// that were tried and how to start the service.
    pub {% if !blocking %}async {% endif %}fn connect() -> Result<Self> {
        Self::builder().connect(){% if !blocking %}.await{% endif %}
    }

    /// Returns a builder for a client with other options.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Returns the client with one provider: it creates keys there and finds only its keys.
    #[must_use]
    pub fn with_provider(&self, provider: ProviderId) -> Self {
        Self {
            core: self.core.with_provider(provider),
        }
    }

    /// Returns the client with another timeout for each response.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            core: self.core.with_timeout(timeout),
        }
    }

    /// The endpoint of the service.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.core.endpoint()
    }

    /// The authentication of the client.
    pub fn authentication(&self) -> &Authentication {
        self.core.authentication()
    }

    /// All operations, as the contracts define them.
    pub fn raw(&self) -> Raw<'_> {
        Raw::new(&self.core)
    }

    /// The operations of administrators.
    pub fn admin(&self) -> Admin<'_> {
        Admin::new(&self.core)
    }
{% for key in role_keys %}
    /// Opens a key with this role by its name: see [`{{ key.name.camel() }}`](crate::{{ key.name.camel() }}).
    ///
    /// # Errors
    ///
    /// The errors of [`Client::open`], and
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the policy of the key
    /// gives it another role.
    pub {% if !blocking %}async {% endif %}fn open_{{ key.name.snake() }}(&self, name: &str) -> Result<{{ key.name.camel() }}> {
        self.open(name){% if !blocking %}.await{% endif %}?.into_{{ key.name.snake() }}()
    }
{% endfor %}
}

/// Options of a new [`Client`].
///
/// ```no_run
/// use std::time::Duration;
///
{%- if blocking %}
/// use parsec_client::{Endpoint, ProviderId, blocking::Client};
///
/// # fn example() -> parsec_client::Result<()> {
{%- else %}
/// use parsec_client::{Client, Endpoint, ProviderId};
///
/// # async fn example() -> parsec_client::Result<()> {
{%- endif %}
/// let parsec = Client::builder()
///     .endpoint(Endpoint::parse("unix:/run/parsec/parsec.sock")?)
///     .provider(ProviderId::Tpm)
///     .timeout(Duration::from_secs(5))
///     .connect(){% if !blocking %}
///     .await{% endif %}?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct ClientBuilder {
    options: Options,
}

impl ClientBuilder {
    /// The endpoint of the service.
    #[must_use]
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.options.endpoint = Some(endpoint);
        self
    }

    /// The name of the application, for a service with direct authentication. The default is the
    /// value of `PARSEC_APPLICATION`.
    #[must_use]
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.options.application = Some(name.into());
        self
    }

    /// The authentication. The default is the authentication that the service offers, or the
    /// token in the file that `PARSEC_JWT_SVID_FILE` names.
    #[must_use]
    pub fn authentication(mut self, authentication: Authentication) -> Self {
        self.options.authentication = Some(authentication);
        self
    }

    /// The only provider to use. The default is the first that supports a request.
    #[must_use]
    pub fn provider(mut self, provider: ProviderId) -> Self {
        self.options.provider = Some(provider);
        self
    }

    /// The timeout for each response. The default is 30 seconds, and 120 for the generation of
    /// an RSA key.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// The greatest length of the body of a response in bytes. The default is 16 MiB. A longer
    /// response is an error and is not read.
    #[must_use]
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.options.max_body_size = Some(bytes);
        self
    }

    /// Connects.
    ///
    /// # Errors
    ///
    /// The errors of [`Client::connect`].
    pub {% if !blocking %}async {% endif %}fn connect(self) -> Result<Client> {
        Ok(Client {
            core: {% if blocking %}now({% endif %}Core::connect(self.options){% if blocking %}){% else %}.await{% endif %}?,
        })
    }
}
