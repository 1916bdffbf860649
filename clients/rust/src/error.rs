//! The error type of this crate.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use parsec_contracts::types::ErrorDetail;
use parsec_contracts::{ErrorKind, Opcode, Retry, Status};

/// The result type of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of a call. As large as a pointer.
///
/// Branch on [`Error::kind`]; show [`Error`] itself to people: one line with the operation that
/// failed, the key, the cause, and what to do next. It never contains a secret.
///
/// ```
/// use parsec_client::{Endpoint, ErrorKind, blocking::Client};
///
/// let error = Client::builder()
///     .endpoint(Endpoint::parse("unix:/nowhere/parsec.sock")?)
///     .connect()
///     .unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::ServiceUnavailable);
/// assert!(error.to_string().contains("/nowhere/parsec.sock"));
/// # Ok::<(), parsec_client::Error>(())
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    status: u16,
    message: String,
    advice: String,
    detail: Option<ErrorDetail>,
    operation: Option<Opcode>,
    key_name: Option<String>,
    outcome_unknown: bool,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Creates an error that the client detected.
    pub(crate) fn new(
        kind: ErrorKind,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            status: 0,
            message: message.into(),
            advice: advice.into(),
            detail: None,
            operation: None,
            key_name: None,
            outcome_unknown: false,
            source: None,
        }))
    }

    /// Creates an error for an invalid argument.
    pub(crate) fn invalid(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message, advice)
    }

    /// Creates an error for an operation of newer contracts than this crate's. It cannot happen,
    /// because they are built together.
    #[cfg(feature = "serde")]
    pub(crate) fn unknown_operation(operation: &parsec_contracts::AnyOperation) -> Self {
        Self::new(
            ErrorKind::Internal,
            format!("this client does not know {}", operation.opcode().name()),
            "please report this",
        )
    }

    /// Creates an error for a response that this client cannot parse.
    pub(crate) fn protocol(message: impl Into<String>) -> Self {
        Self::new(
            ErrorKind::Protocol,
            message,
            "check that the endpoint is a Parsec service, and update the older side",
        )
    }

    /// Creates an error for a ciphertext that cannot be decrypted with any key.
    pub(crate) fn decryption_failed(message: impl Into<String>) -> Self {
        Self::new(
            ErrorKind::DecryptionFailed,
            message,
            Status::PsaErrorInvalidPadding.advice(),
        )
    }

    /// Creates an error from the status of a response to an operation.
    pub(crate) fn from_status(number: u16, operation: Opcode, detail: Option<ErrorDetail>) -> Self {
        let mut error = match Status::from_number(number) {
            Some(status) => {
                let reported = status.reported_as(operation);
                Self::new(reported.kind(), reported.message(), reported.advice())
            }
            None => Self::new(
                ErrorKind::Internal,
                format!("the service returned status {number}, which this client does not know"),
                "update this client",
            ),
        };
        error.0.status = number;
        error.0.detail = detail;
        error.with_operation(operation)
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    pub(crate) fn with_operation(mut self, operation: Opcode) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    /// Returns the error with the kind and texts that its status has for another operation: that of
    /// which a stream is the streaming form.
    pub(crate) fn reported_for(mut self, operation: Opcode) -> Self {
        if let Some(status) = self.status() {
            let reported = status.reported_as(operation);
            self.0.kind = reported.kind();
            self.0.message = reported.message().to_owned();
            self.0.advice = reported.advice().to_owned();
        }
        self
    }

    pub(crate) fn with_key_name(mut self, name: &str) -> Self {
        self.0.key_name.get_or_insert_with(|| name.to_owned());
        self
    }

    /// Returns the same error with another text instead of that of the service.
    pub(crate) fn with_text(
        mut self,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        self.0.message = message.into();
        self.0.advice = advice.into();
        if let Some(detail) = &mut self.0.detail {
            detail.message.clear();
        }
        self
    }

    pub(crate) fn with_unknown_outcome(mut self) -> Self {
        self.0.outcome_unknown = true;
        self.0.advice = "it may have succeeded: check before you retry".into();
        self
    }

    /// Returns the kind of error, to branch on.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the status of the response, if there was one and this client knows the status.
    pub fn status(&self) -> Option<Status> {
        self.status_number().and_then(Status::from_number)
    }

    /// Returns the number of the response's status, if there was a response.
    pub fn status_number(&self) -> Option<u16> {
        (self.0.status != 0).then_some(self.0.status)
    }

    /// Returns the service's description of the error, a sentence for people, if it sent one.
    pub fn detail(&self) -> Option<&str> {
        let message = self.0.detail.as_ref()?.message.as_str();
        (!message.is_empty()).then_some(message)
    }

    /// Returns the service's reason for the error, a word for programs, if it sent one.
    pub fn reason(&self) -> Option<&str> {
        let reason = self.0.detail.as_ref()?.reason.as_str();
        (!reason.is_empty()).then_some(reason)
    }

    /// Returns the operation that failed, if there was one.
    pub fn operation(&self) -> Option<Opcode> {
        self.0.operation
    }

    /// Returns the name of the operation's key, if it has one.
    pub fn key_name(&self) -> Option<&str> {
        self.0.key_name.as_deref()
    }

    /// Returns whether the same call may succeed later and is safe to repeat.
    pub fn is_retryable(&self) -> bool {
        let retry = self.status().map_or(self.0.kind.retry(), Status::retry);
        retry != Retry::Never && !self.0.outcome_unknown
    }

    /// Returns how long to wait before retrying, if the service sent that.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.detail.as_ref()?.retry_after_ms {
            0 => None,
            millis => Some(Duration::from_millis(millis)),
        }
    }

    /// Returns whether it is unknown if the service performed the operation: a call that changes
    /// state was sent, and the connection was lost before the response.
    pub fn outcome_unknown(&self) -> bool {
        self.0.outcome_unknown
    }

    /// Returns what to do next: the last part of the displayed text.
    pub fn advice(&self) -> &str {
        &self.0.advice
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = inner.operation {
            f.write_str(operation.name())?;
        }
        if let Some(name) = &inner.key_name {
            let space = if inner.operation.is_some() { " " } else { "" };
            // Names are text of the caller: a line break in a name must not split the message.
            write!(f, "{space}\"{}\"", one_line(name))?;
        }
        if inner.operation.is_some() || inner.key_name.is_some() {
            f.write_str(": ")?;
        }
        let message = sentence(&inner.message);
        match self.detail() {
            // The service's sentence, if any, replaces the table's.
            Some(detail) => f.write_str(&one_line(&sentence(detail)))?,
            None => f.write_str(&message)?,
        }
        if inner.outcome_unknown {
            f.write_str("; it is unknown whether the service executed the operation")?;
        }
        if !inner.advice.is_empty() {
            write!(f, "; {}", sentence(&inner.advice))?;
        }
        Ok(())
    }
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Converts a sentence of the table to a part of a longer one.
fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        // "There is", but not "TPM".
        (Some(first), Some(second)) if first.is_uppercase() && !second.is_uppercase() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("status", &self.status_number())
            .field("text", &self.to_string())
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_as_large_as_a_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn displays_the_failure_and_the_advice_in_one_line() {
        let number = Status::PsaErrorDoesNotExist.number();
        let error =
            Error::from_status(number, Opcode::PsaSignHash, None).with_key_name("two\nlines");
        let text = error.to_string();
        assert!(text.starts_with("psa_sign_hash \"two lines\": "), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!error.is_retryable());
    }

    #[test]
    fn a_forged_ciphertext_has_another_kind_than_a_wrong_signature() {
        let kind = |operation| {
            let number = Status::PsaErrorInvalidSignature.number();
            let error = Error::from_status(number, operation, None);
            assert_eq!(error.status_number(), Some(number));
            error.kind()
        };
        assert_eq!(kind(Opcode::PsaVerifyHash), ErrorKind::InvalidSignature);
        assert_eq!(kind(Opcode::PsaMacVerify), ErrorKind::InvalidSignature);
        assert_eq!(kind(Opcode::PsaAeadDecrypt), ErrorKind::DecryptionFailed);
        assert_eq!(kind(Opcode::UnwrapKey), ErrorKind::DecryptionFailed);
    }

    #[test]
    fn keeps_the_number_of_an_unknown_status() {
        let error = Error::from_status(4711, Opcode::Ping, None);
        assert_eq!(error.status(), None);
        assert_eq!(error.status_number(), Some(4711));
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert!(error.to_string().contains("4711"));
    }

    #[test]
    fn reads_the_retry_delay_from_the_detail() {
        let detail = ErrorDetail {
            message: "The queue is full.".into(),
            reason: "queue-full".into(),
            retry_after_ms: 250,
        };
        let error = Error::from_status(Status::Busy.number(), Opcode::Ping, Some(detail));
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert_eq!(error.reason(), Some("queue-full"));
        assert_eq!(error.retry_after(), Some(Duration::from_millis(250)));
        assert!(error.is_retryable());
        assert!(error.to_string().starts_with("ping: the queue is full; "));
    }

    #[test]
    fn is_not_retryable_when_the_outcome_is_unknown() {
        let error = Error::new(ErrorKind::ServiceUnavailable, "lost", "").with_unknown_outcome();
        assert!(error.outcome_unknown());
        assert!(!error.is_retryable());
    }
}
