//! A provider over an engine.

use std::fmt;

use parsec_contracts::{Opcode, ProviderId, Secret};
use parsec_provider::{Counted, KeyContext, Provider, ProviderError, Shown};

use crate::engine::Engine;
use crate::operation_group::opcodes;

/// A provider that serves the operations of the PSA Crypto API over an engine.
pub struct PsaProvider {
    engine: Box<dyn Engine>,
    opcodes: Vec<Opcode>,
}

impl fmt::Debug for PsaProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PsaProvider")
            .field("id", &self.engine.id())
            .finish_non_exhaustive()
    }
}

impl PsaProvider {
    /// Creates a provider over an engine.
    pub fn new(engine: impl Engine) -> Self {
        Self {
            opcodes: opcodes(engine.operation_groups()),
            engine: Box::new(engine),
        }
    }
}

impl PsaProvider {
    /// The engine, if it supports the operation.
    pub(crate) fn engine_for(&self, opcode: Opcode) -> Result<&dyn Engine, ProviderError> {
        if self.opcodes.contains(&opcode) {
            return Ok(&*self.engine);
        }
        Err(ProviderError::not_served(opcode))
    }
}

impl Provider for PsaProvider {
    fn id(&self) -> ProviderId {
        self.engine.id()
    }

    fn version(&self) -> (u32, u32, u32) {
        let part = |text: &str| text.parse().unwrap_or(0);
        (
            part(env!("CARGO_PKG_VERSION_MAJOR")),
            part(env!("CARGO_PKG_VERSION_MINOR")),
            part(env!("CARGO_PKG_VERSION_PATCH")),
        )
    }

    fn description(&self) -> String {
        self.engine.description()
    }

    fn opcodes(&self) -> &[Opcode] {
        &self.opcodes
    }

    fn workers(&self) -> usize {
        self.engine.workers()
    }

    fn counted(&self) -> Counted {
        self.engine.counted()
    }

    fn close(&self) {
        self.engine.close();
    }

    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError> {
        self.engine.forget(key)
    }

    fn object(&self, material: &Secret) -> Option<Vec<u8>> {
        self.engine.object(material)
    }

    fn objects(&self) -> Result<Option<Shown>, ProviderError> {
        self.engine.objects()
    }

    fn refresh(&self) -> Result<bool, ProviderError> {
        self.engine.refresh()
    }

    fn remove_object(&self, object: &[u8]) -> Result<bool, ProviderError> {
        self.engine.remove_object(object)
    }
}
