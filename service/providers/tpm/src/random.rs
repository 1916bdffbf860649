//! Random bytes from the TPM.

use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::{ProviderError, turn};
use parsec_psa::{MAX_SEED_OUTPUT, expand_random};

use crate::device::Device;
use crate::tpm::{Encrypted, Tpm};

/// The maximum number of bytes per command: the length of a digest.
const AT_ONCE: usize = 32;
/// The maximum number of bytes that are drawn from the TPM itself, which takes milliseconds for
/// each digest.
const MAX_DRAWN: usize = 256;
/// The length of a seed in bytes.
const SEED: usize = 32;

/// Returns this many random bytes: a few from the TPM itself, more by expanding seeds from the TPM
/// (as in SP 800-90A, a new one for every 64 KiB), between which other requests run.
pub(crate) fn bytes(device: &Device, size: usize) -> Result<Secret, ProviderError> {
    if size <= MAX_DRAWN {
        return device.with_tpm(move |tpm| draw(tpm, size));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(size));
    while bytes.len() < size {
        turn::pause()?;
        let seed = device.with_tpm(|tpm| draw(tpm, SEED))?;
        let wanted = MAX_SEED_OUTPUT.min(size - bytes.len());
        bytes.extend_from_slice(expand_random(&seed, wanted)?.expose());
    }
    Ok(Secret::from(bytes))
}

/// Draws this many bytes from the TPM, with as many commands as necessary.
pub(crate) fn draw(tpm: &mut Tpm, size: usize) -> Result<Secret, ProviderError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(size));
    while bytes.len() < size {
        let wanted = AT_ONCE.min(size - bytes.len());
        let some = tpm.run("drawing random bytes", Encrypted::Response, |context| {
            context.get_random(wanted)
        })?;
        if some.is_empty() {
            return Err(ProviderError::new(
                Status::PsaErrorInsufficientEntropy,
                "the TPM returned no random bytes; try again",
            ));
        }
        let taken = some.len().min(size - bytes.len());
        bytes.extend_from_slice(&some[..taken]);
    }
    Ok(Secret::from(bytes))
}
