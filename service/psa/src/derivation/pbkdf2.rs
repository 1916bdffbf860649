//! PBKDF2 (RFC 8018, 5.2) that can be interrupted, which the crate `pbkdf2` cannot.

use hmac::Mac;
use parsec_contracts::Zeroizing;
use parsec_provider::{ProviderError, turn};

/// Iterations between two pauses: a few milliseconds.
const PAUSE_EVERY: u32 = 4096;

/// Fills `out`, with a pseudo-random function that is keyed with the password.
pub(super) fn pbkdf2<P: Mac + Clone>(
    keyed: &P,
    salt: &[u8],
    rounds: u32,
    out: &mut [u8],
) -> Result<(), ProviderError> {
    let mut last = Zeroizing::new(vec![0; P::output_size()]);
    for (block, number) in out.chunks_mut(P::output_size()).zip(1_u32..) {
        let first = keyed.clone().chain_update(salt);
        last.copy_from_slice(
            &first
                .chain_update(number.to_be_bytes())
                .finalize()
                .into_bytes(),
        );
        block.copy_from_slice(&last[..block.len()]);
        for round in 1..rounds {
            if round.is_multiple_of(PAUSE_EVERY) {
                turn::pause()?;
            }
            let next = keyed.clone().chain_update(&*last);
            last.copy_from_slice(&next.finalize().into_bytes());
            for (byte, other) in block.iter_mut().zip(last.iter()) {
                *byte ^= other;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit as _};
    use sha2::Sha256;

    use super::*;

    #[test]
    fn pbkdf2_matches_the_crate() {
        for (rounds, length) in [(1, 7), (2, 32), (3, 33), (5000, 65)] {
            let keyed = Hmac::<Sha256>::new_from_slice(b"password").unwrap();
            let mut ours = vec![0; length];
            pbkdf2(&keyed, b"salt", rounds, &mut ours).unwrap();
            let mut theirs = vec![0; length];
            ::pbkdf2::pbkdf2::<Hmac<Sha256>>(b"password", b"salt", rounds, &mut theirs).unwrap();
            assert_eq!(ours, theirs, "{rounds} rounds, {length} bytes");
        }
    }
}
