//! Errors as JSON: napi cannot throw subclasses, so TypeScript creates the error class.

use std::panic::{AssertUnwindSafe, catch_unwind};

use parsec_client::Error;
use serde::Serialize;
use serde_path_to_error::Path;

/// The content of the message of a rejected call.
#[derive(Debug, Serialize)]
pub(crate) struct Payload<'a> {
    kind: &'a str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    advice: &'a str,
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    outcome_unknown: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
}

impl<'a> Payload<'a> {
    fn plain(kind: &'a str, message: String, advice: &'a str) -> Self {
        Self {
            kind,
            message,
            status: None,
            detail: None,
            advice,
            retryable: false,
            retry_after_ms: None,
            outcome_unknown: false,
            operation: None,
            key_name: None,
            field: None,
            cause: None,
        }
    }

    fn into_error(self) -> napi::Error {
        // Only strings and numbers: JSON can hold them all.
        napi::Error::from_reason(serde_json::to_string(&self).unwrap_or(self.message))
    }
}

/// An error of the client.
pub(crate) fn failure(error: Error) -> napi::Error {
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    Payload {
        status: error.status_number(),
        detail: error.detail(),
        retryable: error.is_retryable(),
        retry_after_ms: error
            .retry_after()
            .map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        outcome_unknown: error.outcome_unknown(),
        operation: error.operation().map(|operation| operation.name()),
        key_name: error.key_name(),
        cause,
        ..Payload::plain(error.kind().name(), error.to_string(), error.advice())
    }
    .into_error()
}

/// Returns the error of a cancelled call. TypeScript rejects with the signal's reason instead.
pub(crate) fn cancelled() -> napi::Error {
    Payload::plain("cancelled", "the call was cancelled".to_owned(), "").into_error()
}

/// Returns the timeout error of a call. `changes`: whether the service may have changed state.
pub(crate) fn late(changes: bool) -> napi::Error {
    let message = "the call timed out; increase the timeout, or try again later";
    Payload {
        outcome_unknown: changes,
        retryable: !changes,
        ..Payload::plain(
            "timeout",
            message.to_owned(),
            "increase the timeout, or try again later",
        )
    }
    .into_error()
}

/// An invalid argument.
pub(crate) fn invalid(message: impl Into<String>) -> napi::Error {
    Payload::plain("invalid-argument", message.into(), "").into_error()
}

/// A structure with a value of the wrong type. TypeScript converts it to a `TypeError`, with the
/// names of fields in JavaScript.
pub(crate) fn mistyped(argument: &str, path: &Path, error: &napi::Error) -> napi::Error {
    let path = path.to_string();
    let field = match path.as_str() {
        "." => argument.to_owned(),
        path => format!("{argument}.{path}"),
    };
    Payload {
        field: Some(field),
        ..Payload::plain("type", error.reason.clone(), "")
    }
    .into_error()
}

/// Runs code that must not unwind into C.
pub(crate) fn contained<T>(work: impl FnOnce() -> napi::Result<T>) -> napi::Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(&*panic)))
}

/// A panic, which would otherwise end the process.
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> napi::Error {
    let text = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no text".to_owned());
    let message = format!("the native client failed: {text}; please report this");
    Payload::plain("internal", message, "please report this").into_error()
}
