//! Random bytes of the chip.

use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::{ProviderError, turn};
use parsec_psa::{MOST_OF_A_SEED, expand_random};

use crate::chip::{Chip, Encrypted};
use crate::device::Device;

/// The most that a chip gives at once is a digest.
const AT_ONCE: usize = 32;
/// The most that is drawn from the chip itself: a chip takes milliseconds for each digest, and
/// everybody else waits.
const MOST_DRAWN: usize = 256;
/// Bytes of a seed.
const SEED: usize = 32;

/// That many random bytes: few are the chip's own, many grow from seeds of the chip (as in
/// SP 800-90A, a new one for every 64 KiB), between which others have their turn.
pub(crate) fn bytes(device: &Device, size: usize) -> Result<Secret, ProviderError> {
    if size <= MOST_DRAWN {
        return device.with_chip(move |chip| draw(chip, size));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(size));
    while bytes.len() < size {
        turn::pause()?;
        let seed = device.with_chip(|chip| draw(chip, SEED))?;
        let wanted = MOST_OF_A_SEED.min(size - bytes.len());
        bytes.extend_from_slice(expand_random(&seed, wanted)?.expose());
    }
    Ok(Secret::from(bytes))
}

/// That many of the chip's own, as often as it has to be asked.
pub(crate) fn draw(chip: &mut Chip, size: usize) -> Result<Secret, ProviderError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(size));
    while bytes.len() < size {
        let wanted = AT_ONCE.min(size - bytes.len());
        let some = chip.run("drawing random bytes", Encrypted::Response, |context| {
            context.get_random(wanted)
        })?;
        if some.is_empty() {
            return Err(ProviderError::new(
                Status::PsaErrorInsufficientEntropy,
                "the TPM gives no random bytes; try again",
            ));
        }
        let taken = some.len().min(size - bytes.len());
        bytes.extend_from_slice(&some[..taken]);
    }
    Ok(Secret::from(bytes))
}
