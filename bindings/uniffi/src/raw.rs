//! All operations: the object that has the generated methods.

use parsec_client::{Client, blocking};

use crate::clients::Clients;
use crate::convert::Convert as _;
use crate::generated::ProviderId;

/// All operations, as the contracts define them: names and structures of the PSA Crypto API, without
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

/// The number of a provider, for operations that name one as a number.
#[uniffi::export]
pub fn provider_number(provider: ProviderId) -> u32 {
    provider.convert().number().into()
}
