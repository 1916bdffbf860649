//! What the token says, in the service's words.

use cryptoki::context::Function;
use cryptoki::error::{Error, RvError};
use cryptoki::slot::TokenInfo;
use parsec_contracts::Status;
use parsec_provider::ProviderError;

use crate::find::describe;

/// Turns the token's answer into a status, for `map_err`.
pub(crate) fn failed(doing: &'static str) -> impl Fn(Error) -> ProviderError {
    move |error| {
        let (status, why) = match answer(&error) {
            _ if is_lost(&error) => (
                Status::PsaErrorCommunicationFailure,
                "the token was taken out or reset, or does not answer; try again",
            ),
            Some(RvError::HostMemory | RvError::DeviceMemory) => (
                Status::PsaErrorInsufficientStorage,
                "the token has no room left",
            ),
            Some(RvError::SessionCount) => (
                Status::PsaErrorInsufficientMemory,
                "the token has no session left; try again",
            ),
            Some(
                RvError::MechanismInvalid
                | RvError::MechanismParamInvalid
                | RvError::KeySizeRange
                | RvError::CurveNotSupported
                | RvError::DomainParamsInvalid
                | RvError::FunctionNotSupported,
            ) => (
                Status::PsaErrorNotSupported,
                "the token has not got it for this key",
            ),
            Some(RvError::TokenWriteProtected | RvError::ActionProhibited) => {
                (Status::PsaErrorNotPermitted, "the token does not allow it")
            }
            Some(RvError::KeyUnextractable | RvError::AttributeSensitive) => (
                Status::PsaErrorNotPermitted,
                "the token does not give out that key",
            ),
            _ => (Status::PsaErrorHardwareFailure, "the token refused it"),
        };
        ProviderError::new(status, format!("{doing}: {why}")).with_source(error)
    }
}

/// The token answers, but does not show the key's object.
pub(crate) fn key_missing(token: &TokenInfo) -> ProviderError {
    ProviderError::key_missing(format!(
        "the key's object is missing from {}; the key is kept and works again when the token \
         shows its object again",
        describe(token)
    ))
}

/// The answer of a library whose token is gone, whatever it said itself.
pub(crate) fn not_present() -> Error {
    Error::Pkcs11(RvError::TokenNotPresent, Function::GetTokenInfo)
}

/// Which answer of the token's it is.
pub(crate) fn answer(error: &Error) -> Option<&RvError> {
    match error {
        Error::Pkcs11(answer, _) => Some(answer),
        _ => None,
    }
}

/// Whether the token does not accept what it shall decrypt. Tokens call that many things, and all
/// have to look the same to whoever tries ciphertexts out.
pub(crate) fn is_bad_ciphertext(error: &Error) -> bool {
    matches!(
        answer(error),
        Some(
            RvError::EncryptedDataInvalid
                | RvError::EncryptedDataLenRange
                | RvError::DataInvalid
                | RvError::DataLenRange
                | RvError::GeneralError
                | RvError::FunctionFailed
        )
    )
}

/// Whether the token refused to begin at all: the mechanism or its parameters, not the data.
pub(crate) fn is_of_mechanism(error: &Error) -> bool {
    matches!(
        error,
        Error::Pkcs11(
            RvError::MechanismInvalid
                | RvError::MechanismParamInvalid
                | RvError::FunctionNotSupported
                | RvError::ArgumentsBad,
            Function::DecryptInit | Function::SignInit,
        )
    )
}

/// Whether what was open is open no more, so that logging in again may help.
pub(crate) fn is_lost(error: &Error) -> bool {
    matches!(
        answer(error),
        Some(
            RvError::DeviceRemoved
                | RvError::DeviceError
                | RvError::TokenNotPresent
                | RvError::TokenNotRecognized
                | RvError::SlotIdInvalid
                | RvError::SessionHandleInvalid
                | RvError::SessionClosed
                | RvError::UserNotLoggedIn
                | RvError::CryptokiNotInitialized
        )
    )
}

/// Whether the error may come from a token that is gone: libraries have many names for that.
pub(crate) fn is_unclear(error: &Error) -> bool {
    matches!(
        answer(error),
        Some(
            RvError::GeneralError
                | RvError::FunctionFailed
                | RvError::DeviceMemory
                | RvError::ObjectHandleInvalid
                | RvError::KeyHandleInvalid
        )
    ) || matches!(error, Error::Pkcs11(RvError::VendorDefined(_), _))
}

/// Whether the handle means nothing to the token any more.
pub(crate) fn is_stale(error: &Error) -> bool {
    matches!(
        answer(error),
        Some(RvError::KeyHandleInvalid | RvError::ObjectHandleInvalid)
    )
}
