//! All operations of the contracts.

use std::fmt;

use parsec_contracts::{Operation, ProviderId};

use crate::client_core::Core;
use crate::error::Result;
use crate::transport::TokioTransport;

/// All operations of the contracts, with the names and structures of the PSA Crypto API and without
/// defaults. From [`Client::raw`](crate::Client::raw).
#[derive(Clone, Copy)]
pub struct Raw<'a> {
    core: &'a Core<TokioTransport>,
}

impl<'a> Raw<'a> {
    pub(crate) fn new(core: &'a Core<TokioTransport>) -> Self {
        Self { core }
    }

    pub(crate) async fn call<O: Operation>(
        &self,
        provider: ProviderId,
        input: O,
    ) -> Result<O::Output> {
        self.core.call(provider, input).await
    }

    pub(crate) async fn call_core<O: Operation>(&self, input: O) -> Result<O::Output> {
        self.core.call_core(input).await
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw").finish_non_exhaustive()
    }
}
