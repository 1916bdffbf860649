//! The operations of administrators: the object that has the generated methods.

use parsec_client::{Client, blocking};

use crate::clients::Clients;

/// The operations of administrators. The configuration of the service names them.
#[derive(Debug, uniffi::Object)]
pub struct NativeAdmin {
    clients: Clients,
}

impl NativeAdmin {
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
