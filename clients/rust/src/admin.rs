//! What administrators can do.

use parsec_contracts::ProviderId;
use parsec_contracts::operations::{
    DeleteClient, DisableClient, EnableClient, ReadLimits, RevokeKey,
};
use parsec_contracts::types::{ClientId, ClientLimits, ClientUsage, MissingKey};

use crate::Result;
use crate::core::Core;
use crate::transport::TokioTransport;

/// What administrators can do: those whom the service's configuration names.
///
/// Each method fails with [`ErrorKind::NotPermitted`](crate::ErrorKind::NotPermitted) for others,
/// and all but the first two with [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) at services
/// that do not know them.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # use parsec_client::{Client, Endpoint, ecdsa_p256};
/// # let service = parsec_harness::Service::direct();
/// # let endpoint = Endpoint::parse(&service.endpoint())?;
/// # let web = Client::builder().endpoint(endpoint.clone()).application("web");
/// # web.connect().await?.generate("web-tls", ecdsa_p256()).await?;
/// # let parsec = Client::builder().endpoint(endpoint).application("admin").connect().await?;
/// for client in parsec.admin().usage().await? {
///     println!("{} has {} keys", client.client.name, client.keys);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Admin<'a> {
    core: &'a Core<TokioTransport>,
}

impl<'a> Admin<'a> {
    pub(crate) fn new(core: &'a Core<TokioTransport>) -> Self {
        Self { core }
    }

    /// The applications that have keys and are known through the administrator's own authenticator.
    ///
    /// # Errors
    ///
    /// If the caller is no administrator.
    pub async fn clients(&self) -> Result<Vec<String>> {
        self.core.clients_with_keys().await
    }

    /// Deletes all keys of an application that is known through the administrator's own authenticator.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if it has none.
    pub async fn delete_client(&self, name: &str) -> Result<()> {
        self.core
            .call_core(DeleteClient {
                client: name.to_owned(),
            })
            .await?;
        Ok(())
    }

    /// Every client of the service, with what it has and did.
    ///
    /// # Errors
    ///
    /// If the caller is no administrator.
    pub async fn usage(&self) -> Result<Vec<ClientUsage>> {
        self.core.clients_usage().await
    }

    /// The keys of all clients that are missing from their device. The service uses them again when
    /// the device shows them; [`Admin::revoke_key`] removes one for good.
    ///
    /// # Errors
    ///
    /// If the caller is no administrator.
    pub async fn missing_keys(&self) -> Result<Vec<MissingKey>> {
        self.core.missing_keys(true).await
    }

    /// Refuses all requests of a client from now on, until it is enabled again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the service has no such
    /// authenticator, or the client is the caller itself.
    pub async fn disable(&self, client: &ClientId) -> Result<()> {
        self.core
            .call_core(DisableClient {
                client: client.clone(),
            })
            .await?;
        Ok(())
    }

    /// Serves a client again that was disabled.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the service has no such
    /// authenticator.
    pub async fn enable(&self, client: &ClientId) -> Result<()> {
        self.core
            .call_core(EnableClient {
                client: client.clone(),
            })
            .await?;
        Ok(())
    }

    /// Destroys a client's key at once, and ends the streams that work with it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyNotFound`](crate::ErrorKind::KeyNotFound) if the client has no such key with that
    /// provider.
    pub async fn revoke_key(
        &self,
        client: &ClientId,
        provider: ProviderId,
        key: &str,
    ) -> Result<()> {
        self.core
            .call_core(RevokeKey {
                client: client.clone(),
                provider_id: provider.number().into(),
                key_name: key.to_owned(),
            })
            .await?;
        Ok(())
    }

    /// What a client may have, and what all may have together.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the service has no such
    /// authenticator.
    pub async fn limits(&self, client: &ClientId) -> Result<(ClientLimits, ClientLimits)> {
        let output = self
            .core
            .call_core(ReadLimits {
                client: client.clone(),
            })
            .await?;
        Ok((output.client, output.total))
    }
}

impl std::fmt::Debug for Admin<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admin").finish_non_exhaustive()
    }
}
