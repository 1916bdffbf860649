//! Refusals: why a request fails, and the response that its sender gets.

use std::time::Duration;

use parsec_contracts::types::ErrorDetail;
use parsec_contracts::{Body as _, DecodeError, Opcode, Status, Violation, Zeroizing};
use parsec_provider::ProviderError;

/// Why a request is refused. The message goes to the caller, and holds no secret and nothing about
/// another application's keys.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: Status,
    pub(crate) message: String,
    /// A reason for programs.
    pub(crate) reason: &'static str,
    pub(crate) retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal with the message of its status.
    pub(crate) fn of(status: Status) -> Self {
        Self {
            status,
            message: status.message().to_owned(),
            reason: status.name(),
            retry_after: None,
        }
    }

    /// A refusal with its own message.
    pub(crate) fn because(status: Status, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::of(status)
        }
    }

    /// The operation is served by another kind of provider.
    pub(crate) fn wrong_provider(opcode: Opcode) -> Self {
        Self::because(
            Status::PsaErrorNotSupported,
            format!("{opcode} is not served by this provider; `list_opcodes` lists what it serves"),
        )
    }

    /// The provider's queue is full.
    pub(crate) fn busy() -> Self {
        Self {
            retry_after: Some(Duration::from_millis(100)),
            ..Self::of(Status::Busy)
        }
    }

    /// A limit on concurrency or rate is reached; the client may retry later.
    pub(crate) fn too_many(message: impl Into<String>, retry_after: Duration) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::because(Status::TooManyRequests, message)
        }
    }

    /// The status and body of the response, for a client with or without extensions.
    pub(crate) fn response(self, extensions: bool) -> (Status, Zeroizing<Vec<u8>>) {
        if !extensions {
            return (self.status.fallback(), Zeroizing::default());
        }
        let retry_after = self.retry_after.map_or(0, |after| after.as_millis());
        let detail = ErrorDetail {
            message: self.message,
            reason: self.reason.to_owned(),
            retry_after_ms: u64::try_from(retry_after).unwrap_or(u64::MAX),
        };
        (self.status, detail.encode())
    }
}

impl From<DecodeError> for Refusal {
    fn from(error: DecodeError) -> Self {
        Self::because(error.status(), error.to_string())
    }
}

impl From<Violation> for Refusal {
    fn from(violation: Violation) -> Self {
        Self {
            reason: "contract",
            ..Self::because(violation.status, violation.to_string())
        }
    }
}

impl From<ProviderError> for Refusal {
    fn from(error: ProviderError) -> Self {
        if let Some(source) = std::error::Error::source(&error) {
            tracing::warn!(status = error.status().name(), %source, "a provider failed");
        }
        let reason = match error.is_key_missing() {
            true => "key-missing",
            false => error.status().name(),
        };
        Self {
            reason,
            ..Self::because(error.status(), error.message())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_without_extensions_get_a_published_status_and_no_body() {
        let (status, body) = Refusal::busy().response(false);
        assert_eq!(status, Status::Busy.fallback());
        assert!(!status.is_extension());
        assert!(body.is_empty());
    }

    #[test]
    fn clients_with_extensions_get_the_status_and_a_detail() {
        let (status, body) = Refusal::busy().response(true);
        assert_eq!(status, Status::Busy);
        let detail = ErrorDetail::decode(&body).unwrap();
        assert_eq!(detail.reason, "busy");
        assert!(!detail.message.is_empty());
        assert_eq!(detail.retry_after_ms, 100);
    }
}
