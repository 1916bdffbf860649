//! Platform configuration registers: what the machine has booted, and keys that are bound to it.

use parsec_provider::ProviderError;
use tss_esapi::Context;
use tss_esapi::Error;
use tss_esapi::constants::SessionType;
use tss_esapi::handles::SessionHandle;
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::interface_types::session_handles::PolicySession;
use tss_esapi::structures::{
    Digest, PcrSelectionList, PcrSelectionListBuilder, PcrSlot, SymmetricDefinition,
};

use crate::chip::Chip;
use crate::error::failed;

/// Registers that can be named.
const COUNT: u32 = 24;
/// Values that the chip gives at once.
const READ_AT_ONCE: usize = 8;

/// A bank of registers: each machine has one or several, each with a hash function of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bank {
    /// SHA-1, which old machines have alone.
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

    /// The name in a configuration.
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

/// Registers of a bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Registers {
    /// The bank.
    pub bank: Bank,
    /// One bit each, 0 to 23. No bit: bound to no register.
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

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pcrs == 0
    }

    /// Their numbers, the lowest first.
    pub fn numbers(&self) -> Vec<u32> {
        (0..COUNT)
            .filter(|index| self.pcrs & (1 << index) != 0)
            .collect()
    }

    /// The selection in the chip's form.
    pub(crate) fn selection(&self) -> Result<PcrSelectionList, ProviderError> {
        let slots: Vec<PcrSlot> = self
            .numbers()
            .into_iter()
            .map(|index| PcrSlot::try_from(1 << index))
            .collect::<Result<_, _>>()
            .map_err(failed("choosing registers"))?;
        PcrSelectionListBuilder::new()
            .with_selection(self.bank.algorithm(), &slots)
            .build()
            .map_err(failed("choosing registers"))
    }
}

/// Their values, the lowest first.
pub(crate) fn read(chip: &mut Chip, registers: Registers) -> Result<Vec<Vec<u8>>, ProviderError> {
    let wanted = registers.numbers();
    let mut values = Vec::new();
    for some in wanted.chunks(READ_AT_ONCE) {
        let pcrs = some.iter().fold(0, |mask, index| mask | 1 << index);
        let selection = Registers { pcrs, ..registers }.selection()?;
        let (_, _, digests) =
            chip.plainly("reading registers", |context| context.pcr_read(selection))?;
        values.extend(digests.value().iter().map(|digest| digest.value().to_vec()));
    }
    if values.len() != wanted.len() {
        return Err(ProviderError::not_supported(format_args!(
            "those registers: this TPM has no bank {:?} of them",
            registers.bank.name()
        )));
    }
    Ok(values)
}

/// The policy of a key that is bound: the registers have the values that they had when it was
/// made, and its authorisation value is known.
pub(crate) fn policy(
    context: &mut Context,
    session: PolicySession,
    selection: PcrSelectionList,
) -> Result<(), Error> {
    context.policy_pcr(session, Digest::default(), selection)?;
    context.policy_auth_value(session)
}

/// The digest of that policy, as the registers are now.
pub(crate) fn policy_digest(
    chip: &mut Chip,
    registers: Registers,
) -> Result<Digest, ProviderError> {
    // A policy over registers that are not there would bind to nothing, and the chip not mind.
    read(chip, registers)?;
    let selection = registers.selection()?;
    chip.plainly("binding the key to registers", |context| {
        let session = context
            .start_auth_session(
                None,
                None,
                None,
                SessionType::Trial,
                SymmetricDefinition::AES_128_CFB,
                HashingAlgorithm::Sha256,
            )?
            .ok_or(Error::WrapperError(
                tss_esapi::WrapperErrorKind::WrongValueFromTpm,
            ))?;
        let trial = PolicySession::try_from(session)?;
        let digest =
            policy(context, trial, selection).and_then(|()| context.policy_get_digest(trial));
        context.flush_context(SessionHandle::from(session).into())?;
        digest
    })
}
