//! All operations: the object whose methods are generated.

use parsec_client::{Client, blocking};

use crate::client::Clients;
use crate::convert::Convert as _;
use crate::generated::ProviderId;

/// All operations of the contracts, with the names and structures of the PSA Crypto API and without
/// defaults.
#[derive(Debug, uniffi::Object)]
pub struct NativeRaw {
    clients: Clients,
}

impl NativeRaw {
    pub(crate) fn new(clients: Clients) -> Self {
        Self { clients }
    }

    pub(crate) fn asynchronous(&self, timeout_ms: Option<u32>) -> Client {
        self.clients.asynchronous(timeout_ms)
    }

    pub(crate) fn blocking(&self, timeout_ms: Option<u32>) -> blocking::Client {
        self.clients.blocking(timeout_ms)
    }
}

/// Returns the number of a provider, for operations that take a number.
#[uniffi::export]
pub fn provider_number(provider: ProviderId) -> u32 {
    provider.convert().number().into()
}
