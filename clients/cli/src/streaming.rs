//! Streaming of data that may be larger than memory.

use std::io::{self, Read, Write};

use parsec_client::blocking::{self, Client};
use parsec_client::operations::{StreamFinish, StreamUpdate};
use parsec_client::{Error, ProviderId, Secret, Status, Zeroizing};

use crate::failure::Failure;
use crate::input;

/// Bytes per piece: well below the service's limit of a request.
const PIECE: usize = 256 * 1024;

/// Reads until the piece is full or the input ends.
fn fill(input: &mut dyn Read, piece: &mut [u8]) -> Result<usize, Failure> {
    let mut filled = 0;
    while filled < piece.len() {
        match input.read(&mut piece[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Failure::file("read", "the input", &error)),
        }
    }
    Ok(filled)
}

/// Reads a message for one request. If it is too long for that, starts a stream instead: its error
/// names the providers that support data in pieces.
pub(crate) fn whole<S>(
    file: &str,
    stream: impl FnOnce() -> Result<S, Error>,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if let Some(message) = input::message(file)? {
        return Ok(message);
    }
    Err(match stream() {
        Err(error) => error.into(),
        Ok(_) => input::too_long(file, "use a key of a provider with streams"),
    })
}

/// Returns the result of a request with the whole data. If the data is too large for one request,
/// starts a stream instead: its error names the providers that support data in pieces.
pub(crate) fn or_in_pieces<T, S>(
    whole: Result<T, Error>,
    stream: impl FnOnce() -> Result<S, Error>,
) -> Result<T, Failure> {
    match whole {
        Err(error) if error.status() == Some(Status::BodySizeExceedsLimit) => {
            Err(stream().err().unwrap_or(error).into())
        }
        other => Ok(other?),
    }
}

/// Sends the whole input through one of the client's streams, and ends it.
pub(crate) fn through(
    mut stream: blocking::Stream,
    input: &mut dyn Read,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut piece = Zeroizing::new(vec![0; PIECE]);
    loop {
        let filled = fill(input, &mut piece)?;
        if filled == 0 {
            return write(out, &stream.finish()?);
        }
        write(out, &stream.update(&piece[..filled])?)?;
    }
}

/// A stream of the service, of an unauthenticated cipher, for which the client has no handle.
///
/// A stream belongs to one connection. This program makes one call at a time, so its client always
/// uses the same connection.
pub(crate) struct CipherStream<'a> {
    client: &'a Client,
    provider: ProviderId,
    number: u64,
}

impl<'a> CipherStream<'a> {
    pub(crate) fn new(client: &'a Client, provider: ProviderId, number: u64) -> Self {
        Self {
            client,
            provider,
            number,
        }
    }

    fn update(&self, piece: &[u8], out: &mut dyn Write) -> Result<(), Failure> {
        let update = StreamUpdate {
            stream: self.number,
            input: Secret::from(piece),
        };
        let output = self.client.raw().stream_update(self.provider, update)?;
        write(out, output.output.expose())
    }

    /// Sends the whole input through the stream.
    pub(crate) fn send_all(
        &self,
        input: &mut dyn Read,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let mut piece = Zeroizing::new(vec![0; PIECE]);
        loop {
            let filled = fill(input, &mut piece)?;
            if filled == 0 {
                return Ok(());
            }
            self.update(&piece[..filled], out)?;
        }
    }

    /// Ends the stream and writes the rest of its output.
    pub(crate) fn finish(self, out: &mut dyn Write) -> Result<(), Failure> {
        let stream = self.number;
        let finish = StreamFinish { stream };
        let output = self.client.raw().stream_finish(self.provider, finish)?;
        write(out, output.output.expose())
    }
}

fn write(out: &mut dyn Write, bytes: &[u8]) -> Result<(), Failure> {
    out.write_all(bytes)
        .map_err(|error| Failure::file("write to", "the output", &error))
}
