//! Errors as plain data.

use parsec_client::Error;

use crate::convert::Convert as _;
use crate::generated::FailureKind;

/// Why a call failed; each language creates its own error from this.
#[derive(Debug, Clone, thiserror::Error, uniffi::Error)]
pub enum Failure {
    /// A failed call.
    #[error("{line}")]
    Call {
        /// The kind of failure, to branch on.
        kind: FailureKind,
        /// One line for people: the operation that failed, the key, the cause and what to do next.
        line: String,
        /// The service's description of the error, a sentence for people.
        detail: Option<String>,
        /// The service's reason for the error, a word for programs.
        reason: Option<String>,
        /// The next step for the user.
        advice: String,
        /// The number of the response's status.
        status: Option<u16>,
        /// Whether the same call may succeed later and is safe to repeat.
        retryable: bool,
        /// How long to wait before retrying, if the service sent that.
        retry_after_ms: Option<u64>,
        /// Whether it is unknown if the service performed the operation.
        outcome_unknown: bool,
        /// The operation that failed.
        operation: Option<String>,
        /// The name of the operation's key.
        key_name: Option<String>,
    },
}

impl Failure {
    /// Returns the failure for a panic, which is a bug.
    pub(crate) fn panicked(text: &str) -> Self {
        let advice = "please report this";
        let line = format!("the native client failed: {text}; {advice}");
        Self::plain(FailureKind::Internal, line, advice)
    }

    /// Returns the failure for an invalid argument.
    pub(crate) fn invalid(line: impl Into<String>) -> Self {
        Self::plain(FailureKind::InvalidArgument, line.into(), "")
    }

    fn plain(kind: FailureKind, line: String, advice: &str) -> Self {
        Self::Call {
            kind,
            line,
            detail: None,
            reason: None,
            advice: advice.to_owned(),
            status: None,
            retryable: false,
            retry_after_ms: None,
            outcome_unknown: false,
            operation: None,
            key_name: None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call {
            kind: error.kind().convert(),
            line: error.to_string(),
            detail: error.detail().map(str::to_owned),
            reason: error.reason().map(str::to_owned),
            advice: error.advice().to_owned(),
            status: error.status_number(),
            retryable: error.is_retryable(),
            retry_after_ms: error
                .retry_after()
                .map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            outcome_unknown: error.outcome_unknown(),
            operation: error.operation().map(|opcode| opcode.name().to_owned()),
            key_name: error.key_name().map(str::to_owned),
        }
    }
}
