//! The provider's section of the configuration, which has no further settings.

use std::sync::Arc;

use parsec_contracts::ProviderId;
use parsec_provider::registration::{Printed, ProviderSettings, Registration};
use parsec_provider::{Journal, Provider, ProviderError};
use parsec_psa::PsaProvider;

use crate::engine::{MbedTlsEngine, OPERATION_GROUPS};

/// The provider's registration.
pub static REGISTRATION: Registration = Registration {
    id: ProviderId::Software,
    // The published service's name, so that keys keep their provider.
    default_name: "mbed-crypto-provider",
    keys: &[],
    has_device: false,
    workers: 1,
    opcodes: || parsec_psa::opcodes(OPERATION_GROUPS),
    object: |_| None,
    read: |_| Ok(Arc::new(Software)),
};

#[derive(Debug, PartialEq)]
struct Software;

impl ProviderSettings for Software {
    fn open(&self, _journal: Arc<dyn Journal>) -> Result<Arc<dyn Provider>, ProviderError> {
        Ok(Arc::new(PsaProvider::new(MbedTlsEngine::start()?)))
    }

    fn printed(&self) -> Vec<(&'static str, Printed)> {
        Vec::new()
    }
}
