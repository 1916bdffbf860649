//! Failures of commands and their exit codes.

use std::fmt;
use std::io;

use parsec_client::{Error, ErrorKind, Status};
use serde_json::{Value, json};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error of the service or the connection.
    Client(Error),
    /// An invalid argument or file.
    Usage(String),
    /// The result is negative, such as a signature that does not match.
    Negative(String),
    /// A ciphertext does not decrypt.
    DecryptionFailed(String),
    /// The printed JSON already contains the failure.
    Reported(Box<Self>),
    /// The reader closed the pipe.
    BrokenPipe,
}

/// The exit codes, for `--help` and the book.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0   done
  1   negative result: a signature that does not match, a ciphertext that does not decrypt
  2   invalid arguments or an invalid file
  3   the key does not exist
  4   not permitted, or not authenticated
  5   the service cannot be reached, or does not respond in time
  6   the device is absent, fails or is busy
  70  any other error: a bug in this program or in the service";

impl Failure {
    /// Returns the failure of reading or writing a file.
    pub(crate) fn file(what: &str, path: &str, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::BrokenPipe;
        }
        Self::Usage(format!("cannot {what} {path}: {error}"))
    }

    /// Returns the exit code: see [`EXIT_CODES`].
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Reported(failure) => failure.exit_code(),
            _ => match self.kind() {
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

    fn kind(&self) -> ErrorKind {
        match self {
            Self::Client(error) => error.kind(),
            Self::Usage(_) | Self::BrokenPipe => ErrorKind::InvalidArgument,
            Self::Negative(_) => ErrorKind::InvalidSignature,
            Self::DecryptionFailed(_) => ErrorKind::DecryptionFailed,
            Self::Reported(failure) => failure.kind(),
        }
    }

    /// Returns the failure as JSON, unless the printed JSON already contains it.
    pub(crate) fn json(&self) -> Option<Value> {
        let error = match self {
            Self::Reported(_) | Self::BrokenPipe => return None,
            Self::Client(error) => Some(error),
            _ => None,
        };
        Some(json!({ "error": {
            "kind": self.kind().name(),
            "message": self.to_string(),
            "exit_code": self.exit_code(),
            "status": error.and_then(Error::status).map(Status::name),
            "operation": error.and_then(Error::operation).map(|operation| operation.name()),
            "key": error.and_then(Error::key_name),
            "retryable": error.is_some_and(Error::is_retryable),
            "outcome_unknown": error.is_some_and(Error::outcome_unknown),
        } }))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(error) => error.fmt(f),
            Self::Usage(text) | Self::Negative(text) | Self::DecryptionFailed(text) => {
                f.write_str(text)
            }
            Self::Reported(failure) => failure.fmt(f),
            Self::BrokenPipe => f.write_str("the reader of the output closed the pipe"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Client(error)
    }
}
