//! The error of a provider.

use std::error::Error;
use std::fmt;

use parsec_contracts::{Opcode, Status};

/// The status of the response, and a sentence that explains it.
///
/// The message is sent to the client: it says what was wrong and what to do about it, and never
/// contains a secret. The source is only logged.
#[derive(Debug)]
pub struct ProviderError {
    status: Status,
    message: String,
    condition: Condition,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// Conditions that the service handles, apart from the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    Plain,
    NotServed,
    KeyMissing,
    PartLeft,
    AnotherDevice,
}

impl ProviderError {
    /// An error with this status and message.
    pub fn new(status: Status, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            condition: Condition::Plain,
            source: None,
        }
    }

    /// The provider supports the operation, but not for `what`.
    pub fn not_supported(what: impl fmt::Display) -> Self {
        Self::new(
            Status::PsaErrorNotSupported,
            format!("this provider does not support {what}; ask another one, or `can_do_crypto`"),
        )
    }

    /// The input is not valid: `why` names the field and the reason.
    pub fn invalid_argument(why: impl Into<String>) -> Self {
        Self::new(Status::PsaErrorInvalidArgument, why)
    }

    /// The provider does not serve the operation. The default methods of
    /// [`Operations`](crate::Operations) return this error.
    pub fn not_served(opcode: Opcode) -> Self {
        Self {
            condition: Condition::NotServed,
            ..Self::new(
                Status::PsaErrorNotSupported,
                format!(
                    "this provider does not serve {opcode}; `list_opcodes` returns the providers that do"
                ),
            )
        }
    }

    /// The device works, but does not show the key's object.
    pub fn key_missing(message: impl Into<String>) -> Self {
        Self {
            condition: Condition::KeyMissing,
            ..Self::new(Status::PsaErrorCommunicationFailure, message)
        }
    }

    /// The key can never be used again, but an object of it remains on the device.
    #[must_use]
    pub fn part_left(self) -> Self {
        Self {
            condition: Condition::PartLeft,
            ..self
        }
    }

    /// Marks the error for a device other than the one that the provider is bound to.
    pub(crate) fn of_another_device(self) -> Self {
        Self {
            condition: Condition::AnotherDevice,
            ..self
        }
    }

    /// Adds the cause, for the log.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// The status of the response.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The problem and advice, for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the operation is not served, for any input.
    pub fn is_not_served(&self) -> bool {
        self.condition == Condition::NotServed
    }

    /// Whether the device works but does not show the key's object.
    pub fn is_key_missing(&self) -> bool {
        self.condition == Condition::KeyMissing
    }

    /// Whether the key can never be used again, although an object of it remains.
    pub fn is_part_left(&self) -> bool {
        self.condition == Condition::PartLeft
    }

    /// Whether the device is not the one that the provider is bound to.
    pub fn is_another_device(&self) -> bool {
        self.condition == Condition::AnotherDevice
    }

    /// A copy of the error without its cause, for another response.
    #[must_use]
    pub fn repeated(&self) -> Self {
        Self {
            status: self.status,
            message: self.message.clone(),
            condition: self.condition,
            source: None,
        }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.message)
    }
}

impl Error for ProviderError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_unserved_operation_is_not_served() {
        let unserved = ProviderError::not_served(Opcode::PsaSignHash);
        assert!(unserved.is_not_served());
        assert_eq!(unserved.status(), Status::PsaErrorNotSupported);
        assert!(unserved.message().contains("psa_sign_hash"));
        assert!(!ProviderError::not_supported("that").is_not_served());
    }

    #[test]
    fn the_cause_is_not_part_of_the_message() {
        let error = ProviderError::invalid_argument("too long").with_source("detail for the log");
        assert_eq!(
            error.to_string(),
            "psa-error-invalid-argument (1135): too long"
        );
        assert_eq!(error.source().unwrap().to_string(), "detail for the log");
    }
}
