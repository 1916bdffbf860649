//! Maps the errors of a token to the statuses of the service.

use cryptoki::context::Function;
use cryptoki::error::{Error, RvError};
use cryptoki::slot::TokenInfo;
use parsec_contracts::Status;
use parsec_contracts::types::Cipher;
use parsec_provider::ProviderError;
use parsec_psa::{BLOCK, oaep};

use crate::identity::describe;

/// Maps an error of the token to a status, for `map_err`.
pub(crate) fn failed(doing: &'static str) -> impl Fn(Error) -> ProviderError {
    move |error| {
        let (status, why) = match answer(&error) {
            _ if is_lost(&error) => (
                Status::PsaErrorCommunicationFailure,
                "the token was removed or reset, or does not respond; try again",
            ),
            Some(RvError::HostMemory | RvError::DeviceMemory) => (
                Status::PsaErrorInsufficientStorage,
                "the token is full; delete unused keys on it",
            ),
            Some(RvError::SessionCount) => (
                Status::PsaErrorInsufficientMemory,
                "the token has no free session; try again",
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
                "the token does not support it for this key",
            ),
            Some(RvError::TokenWriteProtected | RvError::ActionProhibited) => {
                (Status::PsaErrorNotPermitted, "the token does not allow it")
            }
            Some(RvError::KeyUnextractable | RvError::AttributeSensitive) => (
                Status::PsaErrorNotPermitted,
                "the token does not export this key",
            ),
            _ => (Status::PsaErrorHardwareFailure, "the token refused it"),
        };
        ProviderError::new(status, format!("{doing}: {why}")).with_source(error)
    }
}

/// The error for a token that works but does not show the key's object.
pub(crate) fn key_missing(token: &TokenInfo) -> ProviderError {
    ProviderError::key_missing(format!(
        "the key's object is missing from {}; the key is kept and works again when its object is \
         on the token again",
        describe(token)
    ))
}

/// The error for a removed token, for any error of the library.
pub(crate) fn not_present() -> Error {
    Error::Pkcs11(RvError::TokenNotPresent, Function::GetTokenInfo)
}

/// The return value of the token.
pub(crate) fn answer(error: &Error) -> Option<&RvError> {
    match error {
        Error::Pkcs11(answer, _) => Some(answer),
        _ => None,
    }
}

/// Whether the token rejects a ciphertext. Tokens have many return values for that, and all must
/// look the same to a caller who tests ciphertexts.
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

/// Whether the token rejected the mechanism or its parameters, not the data.
pub(crate) fn is_about_mechanism(error: &Error) -> bool {
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

/// Whether the connection is lost, so that logging in again may help.
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

/// Whether the error may mean that the token is gone: libraries have many return values for that.
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

/// Whether the handle is no longer valid.
pub(crate) fn is_stale(error: &Error) -> bool {
    matches!(
        answer(error),
        Some(RvError::KeyHandleInvalid | RvError::ObjectHandleInvalid)
    )
}

/// Maps an error of an AES operation. All invalid padded ciphertexts return the same error.
pub(crate) fn cipher_error(alg: Cipher, error: Error) -> ProviderError {
    if alg == Cipher::CbcPkcs7 && is_bad_ciphertext(&error) {
        return oaep::wrong_padding();
    }
    match answer(&error) {
        Some(RvError::DataLenRange | RvError::EncryptedDataLenRange) => {
            ProviderError::invalid_argument(format!(
                "without padding the data must be a multiple of {BLOCK} bytes"
            ))
        }
        _ => failed("ciphering")(error),
    }
}

/// The error for exporting a key that cannot leave the token.
pub(crate) fn not_exportable() -> ProviderError {
    failed("exporting the key")(Error::Pkcs11(
        RvError::KeyUnextractable,
        Function::GetAttributeValue,
    ))
}
