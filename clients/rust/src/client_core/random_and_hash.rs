//! Random bytes and hashes, which need no key.

use parsec_contracts::operations::{PsaGenerateRandom, PsaHashCompute};
use parsec_contracts::types::Hash;
use parsec_contracts::{ErrorKind, Opcode, Operation, ProviderId, Zeroizing};

use super::Core;
use crate::error::{Error, Result};
use crate::transport::Transport;

/// Random bytes per request: far below any service's limit.
const RANDOM_PIECE: usize = 64 * 1024;

impl<T: Transport> Core<T> {
    /// Returns random bytes of a provider, from hardware if there is any.
    pub(crate) async fn random(&self, count: usize) -> Result<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(Vec::new());
        bytes.try_reserve_exact(count).map_err(|_| {
            Error::invalid(
                format!("there is no memory for {count} bytes"),
                "request less at a time",
            )
            .with_operation(Opcode::PsaGenerateRandom)
        })?;
        let providers = self.candidates(&[Opcode::PsaGenerateRandom]).await?;
        while bytes.len() < count {
            let size = (count - bytes.len()).min(RANDOM_PIECE);
            let output = self
                .first_that_can(&providers, || PsaGenerateRandom { size: size as u64 })
                .await?;
            let piece = output.random_bytes.expose();
            if piece.len() != size {
                return Err(Error::protocol(format!(
                    "the service returned {} random bytes instead of {size}",
                    piece.len()
                ))
                .with_operation(Opcode::PsaGenerateRandom));
            }
            bytes.extend_from_slice(piece);
        }
        Ok(bytes)
    }

    /// Returns a hash computed by the service. Software goes first: hardware has no advantage here.
    pub(crate) async fn hash(&self, alg: Hash, input: &[u8]) -> Result<Vec<u8>> {
        let mut providers = self.candidates(&[Opcode::PsaHashCompute]).await?;
        providers.reverse();
        let output = self
            .first_that_can(&providers, || PsaHashCompute {
                alg,
                input: input.to_vec(),
            })
            .await?;
        Ok(output.hash)
    }

    /// Returns the output of the first provider that supports the request.
    pub(crate) async fn first_that_can<O: Operation>(
        &self,
        providers: &[ProviderId],
        input: impl Fn() -> O,
    ) -> Result<O::Output> {
        let (_, output) = self.first_that_can_of(providers, input).await?;
        Ok(output)
    }

    /// Returns the output of the first provider that supports the request, and that provider.
    pub(super) async fn first_that_can_of<O: Operation>(
        &self,
        providers: &[ProviderId],
        input: impl Fn() -> O,
    ) -> Result<(ProviderId, O::Output)> {
        let mut refusal = None;
        for &provider in providers {
            match self.call(provider, input()).await {
                Err(error) if error.kind() == ErrorKind::NotSupported => refusal = Some(error),
                result => return result.map(|output| (provider, output)),
            }
        }
        Err(refusal.unwrap_or_else(|| {
            Error::new(
                ErrorKind::NotSupported,
                "no provider supports this",
                "see `parsec opcodes`",
            )
            .with_operation(O::OPCODE)
        }))
    }
}
