//! Reads platform configuration registers, and computes the policy of a key that is bound to them.

use parsec_provider::ProviderError;
use tss_esapi::Error;
use tss_esapi::constants::SessionType;
use tss_esapi::handles::SessionHandle;
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::interface_types::session_handles::PolicySession;
use tss_esapi::structures::{Digest, SymmetricDefinition};

use crate::registers::{Registers, policy};
use crate::tpm::Tpm;

/// The maximum number of values in a response of the TPM.
const READ_AT_ONCE: usize = 8;

/// Reads the values of the registers, in ascending order of their numbers.
pub(crate) fn read(tpm: &mut Tpm, registers: Registers) -> Result<Vec<Vec<u8>>, ProviderError> {
    let wanted = registers.numbers();
    let mut values = Vec::new();
    for some in wanted.chunks(READ_AT_ONCE) {
        let pcrs = some.iter().fold(0, |mask, index| mask | 1 << index);
        let selection = Registers { pcrs, ..registers }.selection()?;
        let (_, _, digests) =
            tpm.without_session("reading registers", |context| context.pcr_read(selection))?;
        values.extend(digests.value().iter().map(|digest| digest.value().to_vec()));
    }
    if values.len() != wanted.len() {
        return Err(ProviderError::not_supported(format_args!(
            "those registers: this TPM has no bank {} of them",
            registers.bank.name()
        )));
    }
    Ok(values)
}

/// The digest of the policy that binds a key to the current values of the registers.
pub(crate) fn policy_digest(tpm: &mut Tpm, registers: Registers) -> Result<Digest, ProviderError> {
    // The TPM accepts a policy over registers that it does not have, which would bind the key to nothing.
    read(tpm, registers)?;
    let selection = registers.selection()?;
    tpm.without_session("binding the key to registers", |context| {
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
