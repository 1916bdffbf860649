//! Streams: operations on data in pieces.

use parsec_contracts::operations::{
    StreamAbort, StreamAbortOutput, StreamFinish, StreamFinishOutput, StreamUpdate,
    StreamUpdateOutput, StreamVerify, StreamVerifyOutput,
};
use parsec_contracts::{Opcode, Operation, UsesKeys};
use parsec_provider::{KeyContext, KeyId, Provider, ProviderError, Streaming};

use super::{Answer, Call, Refusal};
use crate::sessions::OpenStream;

impl Call<'_> {
    /// Begins a stream without a key.
    pub(crate) fn begin_stream<O: Operation>(
        &self,
        body: &[u8],
        make: impl FnOnce(&dyn Provider, &O) -> Result<Box<dyn Streaming>, ProviderError>,
        output: impl FnOnce(u64) -> O::Output,
    ) -> Answer {
        let input: O = self.begin(body)?;
        self.allow(&input, None)?;
        let stream =
            self.add_stream(O::OPCODE, Vec::new(), || Ok(make(self.provider(), &input)?))?;
        self.end(output(stream))
    }

    /// Begins a stream with `N` keys. It continues with them even if they are destroyed meanwhile.
    pub(crate) fn begin_stream_with<O: UsesKeys<N>, const N: usize>(
        &self,
        body: &[u8],
        make: impl FnOnce(
            &dyn Provider,
            [Option<&KeyContext>; N],
            &O,
        ) -> Result<Box<dyn Streaming>, ProviderError>,
        output: impl FnOnce(u64) -> O::Output,
    ) -> Answer {
        let (input, keys) = self.begin_with::<O, N>(body)?;
        let ids = keys.iter().flatten().map(|key| key.id).collect();
        let stream = self.add_stream(O::OPCODE, ids, || {
            let keys = keys.each_ref().map(Option::as_ref);
            Ok(make(self.provider(), keys, &input)?)
        })?;
        self.end(output(stream))
    }

    fn add_stream(
        &self,
        begun_by: Opcode,
        keys: Vec<KeyId>,
        make: impl FnOnce() -> Result<Box<dyn Streaming>, Refusal>,
    ) -> Result<u64, Refusal> {
        self.caller.identity()?;
        self.session
            .begin(self.client, &self.instance.key_space, begun_by, keys, make)
    }

    fn take_stream(&self, number: u64) -> Result<OpenStream, Refusal> {
        self.caller.identity()?;
        self.session
            .take(self.client, &self.instance.key_space, number)
    }

    /// Passes the next piece to a stream. A stream that fails is dropped.
    pub(crate) fn stream_update(&self, body: &[u8]) -> Answer {
        let input: StreamUpdate = self.begin(body)?;
        // The output is as long as the input, up to one block.
        let piece = 2 * input.input.expose().len() as u64;
        let _memory = self.client.reserve_memory(piece)?;
        let mut stream = self.take_stream(input.stream)?;
        let output = stream.work().update(input.input.expose())?;
        self.session.back(input.stream, stream);
        self.end(StreamUpdateOutput { output })
    }

    /// Ends a stream.
    pub(crate) fn stream_finish(&self, body: &[u8]) -> Answer {
        let input: StreamFinish = self.begin(body)?;
        let work = self.take_stream(input.stream)?;
        let output = work.into_work(StreamFinish::OPCODE)?.finish()?;
        self.end(StreamFinishOutput { output })
    }

    /// Ends a stream and compares its result.
    pub(crate) fn stream_verify(&self, body: &[u8]) -> Answer {
        let input: StreamVerify = self.begin(body)?;
        let work = self.take_stream(input.stream)?;
        let output = work
            .into_work(StreamVerify::OPCODE)?
            .verify(&input.expected)?;
        self.end(StreamVerifyOutput { output })
    }

    /// Drops a stream.
    pub(crate) fn stream_abort(&self, body: &[u8]) -> Answer {
        let input: StreamAbort = self.begin(body)?;
        drop(self.take_stream(input.stream)?);
        self.end(StreamAbortOutput {})
    }
}
