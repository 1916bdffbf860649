//! Selections of platform configuration registers (PCRs).

use parsec_provider::ProviderError;
use tss_esapi::Context;
use tss_esapi::Error;
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::interface_types::session_handles::PolicySession;
use tss_esapi::structures::{Digest, PcrSelectionList, PcrSelectionListBuilder, PcrSlot};

use crate::error::failed;

/// The number of registers.
const COUNT: u32 = 24;

/// A bank of registers. Each machine has one or more, each with its own hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bank {
    /// SHA-1; old machines have no other bank.
    Sha1,
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Bank {
    /// All banks.
    pub const ALL: [Self; 4] = [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    pub(crate) fn algorithm(self) -> HashingAlgorithm {
        match self {
            Self::Sha1 => HashingAlgorithm::Sha1,
            Self::Sha256 => HashingAlgorithm::Sha256,
            Self::Sha384 => HashingAlgorithm::Sha384,
            Self::Sha512 => HashingAlgorithm::Sha512,
        }
    }
}

/// A set of registers of a bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Registers {
    /// The bank.
    pub bank: Bank,
    /// A bit mask of registers 0 to 23; 0 for none.
    pub pcrs: u32,
}

impl Registers {
    /// Registers of the SHA-256 bank.
    pub(crate) fn sha256(pcrs: u32) -> Self {
        Self {
            bank: Bank::Sha256,
            pcrs,
        }
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.pcrs == 0
    }

    /// Their numbers, in ascending order.
    pub fn numbers(&self) -> Vec<u32> {
        (0..COUNT)
            .filter(|index| self.pcrs & (1 << index) != 0)
            .collect()
    }

    /// The selection in the TPM's format.
    pub(crate) fn selection(&self) -> Result<PcrSelectionList, ProviderError> {
        let slots: Vec<PcrSlot> = self
            .numbers()
            .into_iter()
            .map(|index| PcrSlot::try_from(1 << index))
            .collect::<Result<_, _>>()
            .map_err(failed("selecting registers"))?;
        PcrSelectionListBuilder::new()
            .with_selection(self.bank.algorithm(), &slots)
            .build()
            .map_err(failed("selecting registers"))
    }
}

/// Satisfies the policy of a bound key: the registers have the values of its creation, and its
/// authorization value is known.
pub(crate) fn policy(
    context: &mut Context,
    session: PolicySession,
    selection: PcrSelectionList,
) -> Result<(), Error> {
    context.policy_pcr(session, Digest::default(), selection)?;
    context.policy_auth_value(session)
}
