//! Logs in to a token.

use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::TokenInfo;
use cryptoki::types::AuthPin;
use parsec_contracts::{Secret, Status};
use parsec_provider::ProviderError;

use crate::error::failed;

/// Logs in with the PIN, if the token requires one. A PIN that may be wrong is not tried.
pub(crate) fn log_in(
    session: &Session,
    info: &TokenInfo,
    pin: Option<&Secret>,
) -> Result<(), ProviderError> {
    if !info.login_required() {
        return Ok(());
    }
    if info.user_pin_locked() {
        return Err(refused(
            "the token's PIN is locked; unlock it with the SO PIN",
        ));
    }
    let pin = match pin {
        Some(pin) => {
            let text = std::str::from_utf8(pin.expose()).map_err(|error| {
                ProviderError::invalid_argument("the PIN is not UTF-8").with_source(error)
            })?;
            Some(AuthPin::from(text.to_owned()))
        }
        None if info.protected_authentication_path() => None,
        None => {
            return Err(refused(
                "the token requires a PIN, and the configuration has none; set user_pin, \
                 user_pin_file, user_pin_env or user_pin_credential",
            ));
        }
    };
    // A wrong PIN was tried since the last login, perhaps by this service before a restart: another
    // one might lock the token.
    if pin.is_some() && (info.user_pin_count_low() || info.user_pin_final_try()) {
        return Err(refused(
            "a wrong PIN was tried with the token, so this one is not tried; check it, and log in \
             once manually, for example with `pkcs11-tool --login --list-objects`",
        ));
    }
    match session.login(UserType::User, pin.as_ref()) {
        // Another provider of this service uses the same token.
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
        Err(Error::Pkcs11(
            answer @ (RvError::PinIncorrect
            | RvError::PinInvalid
            | RvError::PinLenRange
            | RvError::PinLocked
            | RvError::PinExpired),
            _,
        )) => Err(pin_refused().with_source(answer.to_string())),
        Err(error) => Err(failed("logging in to the token")(error)),
    }
}

fn refused(why: &str) -> ProviderError {
    ProviderError::new(Status::PsaErrorNotPermitted, why)
}

/// The error for a PIN that the token rejected.
pub(crate) fn pin_refused() -> ProviderError {
    refused(
        "the token refused the PIN, which is not tried again; correct it and restart the service",
    )
}
