//! Data that may be larger than memory: pieces in, pieces out.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal as _, Read, Seek as _, Write};
use std::path::Path;

use parsec_client::blocking::{self, Client};
use parsec_client::operations::{StreamFinish, StreamUpdate};
use parsec_client::{ProviderId, Secret, Zeroizing};
use tempfile::NamedTempFile;

use crate::args::To;
use crate::failure::Failure;

/// Bytes of a piece: well below what the service takes in one request.
const PIECE: usize = 256 * 1024;

/// A file or standard input.
pub(crate) fn source(file: &str) -> Result<Box<dyn Read>, Failure> {
    if file == "-" {
        return Ok(Box::new(io::stdin()));
    }
    File::open(file)
        .map(|file| Box::new(file) as Box<dyn Read>)
        .map_err(|error| Failure::file("read", file, &error))
}

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

/// Puts everything through one of the client's streams, and ends it.
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
/// It lives on one connection. This program calls one thing at a time, so that its client always
/// takes the one connection that it has.
pub(crate) struct Stream<'a> {
    client: &'a Client,
    provider: ProviderId,
    number: u64,
}

impl<'a> Stream<'a> {
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

    /// Puts everything through.
    pub(crate) fn pump(&self, input: &mut dyn Read, out: &mut dyn Write) -> Result<(), Failure> {
        let mut piece = Zeroizing::new(vec![0; PIECE]);
        loop {
            let filled = fill(input, &mut piece)?;
            if filled == 0 {
                return Ok(());
            }
            self.update(&piece[..filled], out)?;
        }
    }

    /// Ends it and writes the rest.
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

/// Where output goes. A file appears when it is whole, so that nothing half-made is left behind.
pub(crate) enum Sink {
    /// A new file, which takes its name at the end.
    File(NamedTempFile, String),
    /// Standard output, a pipe or a device.
    Direct(Box<dyn Write>),
    /// As `Direct`, but only once all of it is known to be good.
    Held(File, Box<dyn Write>),
}

impl Sink {
    /// Opens the output. With `hold`, nothing is seen before [`Sink::close`].
    pub(crate) fn open(to: &To, hold: bool) -> Result<Self, Failure> {
        let Some(path) = to.file() else {
            if io::stdout().is_terminal() {
                return Err(Failure::Usage(
                    "this is binary, and standard output is a terminal: redirect it, or give \
                     --output FILE"
                        .to_owned(),
                ));
            }
            return Self::to(Box::new(io::stdout()), hold);
        };
        let opened = match Path::new(path).metadata() {
            Ok(known) if !known.is_file() => OpenOptions::new()
                .write(true)
                .open(path)
                .map(|file| Box::new(file) as Box<dyn Write>),
            _ => {
                let folder = Path::new(path)
                    .parent()
                    .filter(|p| !p.as_os_str().is_empty());
                let file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
                return file
                    .map(|file| Self::File(file, path.to_owned()))
                    .map_err(|error| Failure::file("write", path, &error));
            }
        };
        Self::to(
            opened.map_err(|error| Failure::file("write", path, &error))?,
            hold,
        )
    }

    fn to(writer: Box<dyn Write>, hold: bool) -> Result<Self, Failure> {
        if !hold {
            return Ok(Self::Direct(writer));
        }
        // It has no name, and is gone with this process.
        tempfile::tempfile()
            .map(|file| Self::Held(file, writer))
            .map_err(|error| Failure::file("write", "a temporary file", &error))
    }

    /// The output is whole.
    pub(crate) fn close(self) -> Result<(), Failure> {
        let failed = |error: &io::Error| Failure::file("write to", "the output", error);
        match self {
            Self::File(file, path) => file
                .persist(&path)
                .map(drop)
                .map_err(|error| Failure::file("write", &path, &error.error)),
            Self::Direct(mut writer) => writer.flush().map_err(|error| failed(&error)),
            Self::Held(mut file, mut writer) => file
                .rewind()
                .and_then(|()| io::copy(&mut file, &mut writer))
                .and_then(|_| writer.flush())
                .map_err(|error| failed(&error)),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file, _) => file.write(bytes),
            Self::Direct(writer) => writer.write(bytes),
            Self::Held(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file, _) => file.flush(),
            Self::Direct(writer) => writer.flush(),
            Self::Held(file, _) => file.flush(),
        }
    }
}
