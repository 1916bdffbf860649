//! Why a call failed, as plain data.

use parsec_client::Error;

use crate::convert::Convert as _;
use crate::generated::FailureKind;

/// Why a call failed: what each language's own error is made from.
#[derive(Debug, Clone, thiserror::Error, uniffi::Error)]
pub enum Failure {
    /// A call that gave nothing.
    #[error("{line}")]
    Call {
        /// What to branch on.
        kind: FailureKind,
        /// One line for a person: what failed, with which key, why, and what to do next.
        line: String,
        /// What the service said beyond its status: a sentence.
        detail: Option<String>,
        /// What the service said beyond its status: a word for programs.
        reason: Option<String>,
        /// What to do next.
        advice: String,
        /// The number of the status that the service answered with.
        status: Option<u16>,
        /// Whether the same call may succeed later, and doing it again does no harm.
        retryable: bool,
        /// How long to wait before trying again, where the service said so.
        retry_after_ms: Option<u64>,
        /// Whether the service may have done what was asked, though nothing says so.
        outcome_unknown: bool,
        /// The operation that failed.
        operation: Option<String>,
        /// The key that it was about.
        key_name: Option<String>,
    },
}

impl Failure {
    /// A bug of ours.
    pub(crate) fn panicked(text: &str) -> Self {
        let advice = "please report this";
        let line = format!("the native client failed: {text}; {advice}");
        Self::plain(FailureKind::Internal, line, advice)
    }

    /// An argument that cannot be right.
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
