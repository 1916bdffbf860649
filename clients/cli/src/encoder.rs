//! Encoding of output in pieces, so that it may be larger than memory.

use std::io::{self, Write};

use base64ct::{Base64, Encoding as _};
use parsec_client::Zeroizing;

use crate::args::{BytesFormat, To};
use crate::failure::Failure;
use crate::sink::Sink;

/// The form of bytes in the output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Raw,
    Hex,
    Base64,
    /// An object with the member `base64`.
    Json,
}

impl Form {
    /// Returns the selected form.
    pub(crate) fn of(format: BytesFormat, json: bool) -> Self {
        match format {
            _ if json => Self::Json,
            BytesFormat::Hex => Self::Hex,
            BytesFormat::Base64 => Self::Base64,
            BytesFormat::Raw => Self::Raw,
        }
    }
}

/// A sink that encodes what is written to it.
pub(crate) struct Encoder {
    sink: Sink,
    form: Form,
    /// At most two bytes, which base64 encodes together with the next one.
    rest: Zeroizing<Vec<u8>>,
}

impl Encoder {
    /// Opens the output. With `hold`, nothing is visible before [`Encoder::close`]. JSON is always
    /// held back, so that a failure prints its own.
    pub(crate) fn open(to: &To, form: Form, hold: bool) -> Result<Self, Failure> {
        let sink = match form {
            Form::Raw => Sink::open(to, hold)?,
            Form::Json => Sink::text(to, true)?,
            Form::Hex | Form::Base64 => Sink::text(to, hold)?,
        };
        let mut encoder = Self {
            sink,
            form,
            rest: Zeroizing::default(),
        };
        if form == Form::Json {
            encoder.put("{\n  \"base64\": \"").map_err(failed)?;
        }
        Ok(encoder)
    }

    /// Completes the output.
    pub(crate) fn close(mut self) -> Result<(), Failure> {
        let last = Zeroizing::new(Base64::encode_string(&self.rest));
        self.put(&last).map_err(failed)?;
        let end = match self.form {
            Form::Raw => "",
            Form::Hex | Form::Base64 => "\n",
            Form::Json => "\"\n}\n",
        };
        self.put(end).map_err(failed)?;
        self.sink.close()
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        self.sink.write_all(text.as_bytes())
    }
}

fn failed(error: io::Error) -> Failure {
    Failure::file("write to", "the output", &error)
}

impl Write for Encoder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.form {
            Form::Raw => self.sink.write_all(bytes)?,
            Form::Hex => {
                let text = Zeroizing::new(hex::encode(bytes));
                self.put(&text)?;
            }
            Form::Base64 | Form::Json => {
                let mut all = std::mem::take(&mut self.rest);
                all.extend_from_slice(bytes);
                let whole = all.len() - all.len() % 3;
                self.rest = Zeroizing::new(all[whole..].to_vec());
                let text = Zeroizing::new(Base64::encode_string(&all[..whole]));
                self.put(&text)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
