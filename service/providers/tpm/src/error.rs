//! Maps the errors of a TPM to the statuses of the service.

use parsec_contracts::Status;
use parsec_provider::ProviderError;
use tss_esapi::Error;
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as ResponseKind;

/// Maps an error of the TPM to a status, for `map_err`.
pub(crate) fn failed(doing: &'static str) -> impl Fn(Error) -> ProviderError {
    move |error| {
        let (status, why) = match kind(&error) {
            Some(ResponseKind::AuthFail | ResponseKind::BadAuth) => (
                Status::PsaErrorNotPermitted,
                "the TPM rejected an authorization value",
            ),
            Some(ResponseKind::PolicyFail | ResponseKind::PcrChanged | ResponseKind::Policy) => (
                Status::PsaErrorNotPermitted,
                "the machine is not in the state that the key is bound to",
            ),
            Some(ResponseKind::Lockout) => (
                Status::PsaErrorNotPermitted,
                "the TPM is locked after too many wrong authorisation values; wait, or clear the \
                 lock-out with `tpm2_dictionarylockout --clear-lockout`",
            ),
            Some(
                ResponseKind::ObjectMemory | ResponseKind::SessionMemory | ResponseKind::Memory,
            ) => (
                Status::PsaErrorInsufficientMemory,
                "the TPM has no room left; try again, or put a resource manager before it: \
                 /dev/tpmrm0",
            ),
            Some(ResponseKind::Retry | ResponseKind::Yielded | ResponseKind::Testing) => (
                Status::PsaErrorHardwareFailure,
                "the TPM is busy; try again",
            ),
            Some(_) => (Status::PsaErrorHardwareFailure, "the TPM refused it"),
            None if matches!(error, Error::WrapperError(_)) => (
                Status::PsaErrorHardwareFailure,
                "the command or the TPM's response is invalid for the TPM library",
            ),
            None => (
                Status::PsaErrorCommunicationFailure,
                "the TPM does not respond; try again, and if this fails again, see the service's \
                 log",
            ),
        };
        ProviderError::new(status, format!("{doing}: {why}")).with_source(error)
    }
}

/// The response code of the TPM; `None` for an error of the connection.
pub(crate) fn kind(error: &Error) -> Option<ResponseKind> {
    match error {
        Error::Tss2Error(code) => code.kind(),
        Error::WrapperError(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use tss_esapi::WrapperErrorKind;

    use super::*;

    #[test]
    fn an_invalid_value_is_not_a_tpm_that_does_not_respond() {
        let error = failed("testing")(Error::WrapperError(WrapperErrorKind::WrongParamSize));
        assert_eq!(error.status(), Status::PsaErrorHardwareFailure);
        assert!(!error.message().contains("respond;"), "{}", error.message());
    }
}
