//! All operations of the contracts.

use std::fmt;

use parsec_contracts::{Operation, ProviderId};

use crate::client_core::Core;
use crate::error::Result;
use crate::transport::{BlockingTransport, now};

/// All operations of the contracts, with the names and structures of the PSA Crypto API and without
/// defaults. From [`Client::raw`](crate::blocking::Client::raw).
#[derive(Clone, Copy)]
pub struct Raw<'a> {
    core: &'a Core<BlockingTransport>,
}

impl<'a> Raw<'a> {
    pub(crate) fn new(core: &'a Core<BlockingTransport>) -> Self {
        Self { core }
    }

    pub(crate) fn call<O: Operation>(&self, provider: ProviderId, input: O) -> Result<O::Output> {
        now(self.core.call(provider, input))
    }

    pub(crate) fn call_core<O: Operation>(&self, input: O) -> Result<O::Output> {
        now(self.core.call_core(input))
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw").finish_non_exhaustive()
    }
}
