//! What can go wrong, and the exit code that says so.

use std::fmt;
use std::io;

use parsec_client::{Error, ErrorKind};

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The service or the way to it.
    Client(Error),
    /// An argument, or a file that is not what it should be.
    Usage(String),
    /// The answer is no.
    Negative(String),
    /// Nobody reads what we write.
    BrokenPipe,
}

/// The exit codes, for `--help` and the book.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0   done
  1   the answer is no: a signature that does not match
  2   wrong arguments, or a file that is not what it should be
  3   there is no such key
  4   not permitted, or the service does not know who is calling
  5   the service cannot be reached, or does not answer in time
  6   the device is absent, fails or has too much to do
  70  anything else: a bug, here or in the service";

impl Failure {
    /// A file that cannot be read or written.
    pub(crate) fn file(what: &str, path: &str, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::BrokenPipe;
        }
        Self::Usage(format!("cannot {what} {path}: {error}"))
    }

    /// See [`EXIT_CODES`].
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Negative(_) => 1,
            Self::Usage(_) => 2,
            Self::Client(error) => match error.kind() {
                ErrorKind::InvalidSignature | ErrorKind::DecryptionFailed => 1,
                ErrorKind::InvalidArgument | ErrorKind::KeyExists | ErrorKind::NotSupported => 2,
                ErrorKind::KeyNotFound => 3,
                ErrorKind::NotPermitted | ErrorKind::NotAuthenticated => 4,
                ErrorKind::ServiceUnavailable | ErrorKind::Timeout => 5,
                ErrorKind::DeviceUnavailable | ErrorKind::Busy => 6,
                _ => 70,
            },
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(error) => error.fmt(f),
            Self::Usage(text) | Self::Negative(text) => f.write_str(text),
            Self::BrokenPipe => f.write_str("nobody reads the output"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Client(error)
    }
}
