//! Every operation: the object that generated code gives its methods.

use parsec_client::{Client, blocking};

use crate::client::Clients;
use crate::convert::Convert as _;
use crate::generated::ProviderId;

/// Every operation as the contracts have it: names and structures of the PSA Crypto API, no
/// defaults, nothing chosen.
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
