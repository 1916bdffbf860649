//! Runs one known-answer test with a session key, and reports its result.

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, ObjectHandle};
use cryptoki::session::Session;
use parsec_contracts::types::Hash;
use parsec_provider::ProviderError;

use crate::error::{answer, failed, is_lost};
use crate::template;
use crate::token::Token;

/// The result of a known-answer test.
#[derive(Debug)]
pub(crate) enum Answer {
    Right,
    Wrong,
    /// The token lists the mechanism but rejects it.
    Refused(Error),
    /// The token does not import such a key, so the mechanism was not tested.
    Untested(Error),
}

impl Answer {
    pub(crate) fn is_bad(&self) -> bool {
        matches!(self, Self::Wrong | Self::Refused(_))
    }
}

/// Creates a session key, runs a test with it, and checks the result.
pub(super) fn run_test<T>(
    token: &Token,
    key: Vec<Attribute>,
    test: impl FnOnce(&Session, ObjectHandle) -> Result<T, Error>,
    is_right: impl FnOnce(T) -> Result<bool, ProviderError>,
) -> Result<Answer, ProviderError> {
    let mut was_made = false;
    let answered = token.change(|session| {
        let handle = session.create_object(&key)?;
        was_made = true;
        let answered = test(session, handle);
        let destroyed = session.destroy_object(handle);
        answered.and_then(|answer| destroyed.map(|()| answer))
    });
    template::wipe(key);
    Ok(match answered? {
        Ok(answer) => match is_right(answer)? {
            true => Answer::Right,
            false => Answer::Wrong,
        },
        Err(error) if is_lost(&error) => return Err(failed("running known-answer tests")(error)),
        Err(error) if was_made && is_about_the_mechanism(&error) => Answer::Refused(error),
        Err(error) => Answer::Untested(error),
    })
}

fn is_about_the_mechanism(error: &Error) -> bool {
    matches!(
        answer(error),
        Some(
            RvError::MechanismInvalid
                | RvError::MechanismParamInvalid
                | RvError::FunctionNotSupported
                | RvError::ArgumentsBad
                | RvError::EncryptedDataInvalid
                | RvError::DataInvalid
                | RvError::DataLenRange
                | RvError::GeneralError
                | RvError::FunctionFailed
        )
    )
}

/// Logs a result that is not [`Answer::Right`].
pub(super) fn report(token: &Token, mechanism: MechanismType, hash: Option<Hash>, answer: &Answer) {
    let hash = hash.map_or("", |hash| hash.name());
    let token = token.settings().token.to_string();
    match answer {
        Answer::Right => {}
        Answer::Wrong => tracing::warn!(
            %mechanism, hash, token,
            "the mechanism failed its known-answer test and is disabled"
        ),
        // The list of mechanisms does not contain the supported hash functions.
        Answer::Refused(error) if !hash.is_empty() => tracing::debug!(
            %mechanism, hash, token, %error,
            "the token does not support the mechanism with this hash function"
        ),
        Answer::Refused(error) => tracing::info!(
            %mechanism, hash, token, %error,
            "the token lists the mechanism but rejects it; the mechanism is disabled"
        ),
        Answer::Untested(error) => tracing::debug!(
            %mechanism, hash, token, %error,
            "the mechanism was not tested: the token does not import the test key"
        ),
    }
}
