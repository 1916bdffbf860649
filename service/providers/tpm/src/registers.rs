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

/// The registers whose bits are set, of the SHA-256 bank.
pub(crate) fn selection(pcrs: u32) -> Result<PcrSelectionList, ProviderError> {
    let slots: Vec<PcrSlot> = (0..COUNT)
        .filter(|index| pcrs & (1 << index) != 0)
        .map(|index| PcrSlot::try_from(1 << index))
        .collect::<Result<_, _>>()
        .map_err(failed("choosing registers"))?;
    PcrSelectionListBuilder::new()
        .with_selection(HashingAlgorithm::Sha256, &slots)
        .build()
        .map_err(failed("choosing registers"))
}

/// Their values, the lowest first.
pub(crate) fn read(chip: &mut Chip, pcrs: u32) -> Result<Vec<Vec<u8>>, ProviderError> {
    let wanted: Vec<u32> = (0..COUNT)
        .filter(|index| pcrs & (1 << index) != 0)
        .collect();
    let mut values = Vec::new();
    for some in wanted.chunks(READ_AT_ONCE) {
        let mask = some.iter().fold(0, |mask, index| mask | 1 << index);
        let selection = selection(mask)?;
        let (_, _, digests) =
            chip.plainly("reading registers", |context| context.pcr_read(selection))?;
        values.extend(digests.value().iter().map(|digest| digest.value().to_vec()));
    }
    if values.len() != wanted.len() {
        return Err(ProviderError::not_supported(
            "those registers: this TPM has no SHA-256 bank of them",
        ));
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
pub(crate) fn policy_digest(chip: &mut Chip, pcrs: u32) -> Result<Digest, ProviderError> {
    let selection = selection(pcrs)?;
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
