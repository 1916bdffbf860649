//! Known answers, asked of the token at its start. What it gets wrong is not used: a mechanism may
//! be listed and yet ignore its parameters, cut them off, or compute something else.
//!
//! The keys are published ones. They are objects of a session, which leave nothing on the token.

mod asymmetric;
mod symmetric;

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, ObjectHandle};
use cryptoki::session::Session;
use parsec_contracts::types::Hash;
use parsec_provider::ProviderError;

use crate::abilities::Abilities;
use crate::error::{answer, failed, is_lost};
use crate::refusals::Refusals;
use crate::template;
use crate::token::Token;

pub(crate) use symmetric::gcm;

/// Asks the token, and takes from its abilities what it does wrong.
pub(crate) fn ask(
    token: &Token,
    abilities: &mut Abilities,
    refusals: &Refusals,
) -> Result<(), ProviderError> {
    symmetric::ask(token, abilities)?;
    asymmetric::ask(token, abilities, refusals)
}

/// What came of a question.
#[derive(Debug)]
pub(crate) enum Answer {
    Right,
    Wrong,
    /// The token lists the mechanism and does not take it.
    Refused(Error),
    /// The token takes no such key from outside, or not for this.
    Unasked(Error),
}

impl Answer {
    pub(crate) fn is_bad(&self) -> bool {
        matches!(self, Self::Wrong | Self::Refused(_))
    }
}

/// Makes a key of a session, asks something with it, and judges the answer.
fn question<T>(
    token: &Token,
    key: Vec<Attribute>,
    ask: impl FnOnce(&Session, ObjectHandle) -> Result<T, Error>,
    is_right: impl FnOnce(T) -> Result<bool, ProviderError>,
) -> Result<Answer, ProviderError> {
    let mut was_made = false;
    let answered = token.change(|session| {
        let handle = session.create_object(&key)?;
        was_made = true;
        let answered = ask(session, handle);
        let destroyed = session.destroy_object(handle);
        answered.and_then(|answer| destroyed.map(|()| answer))
    });
    template::wipe(key);
    Ok(match answered? {
        Ok(answer) => match is_right(answer)? {
            true => Answer::Right,
            false => Answer::Wrong,
        },
        Err(error) if is_lost(&error) => return Err(failed("asking for known answers")(error)),
        Err(error) if was_made && is_of_the_mechanism(&error) => Answer::Refused(error),
        Err(error) => Answer::Unasked(error),
    })
}

fn is_of_the_mechanism(error: &Error) -> bool {
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

/// Tells of an answer that is not right.
fn tell(token: &Token, mechanism: MechanismType, hash: Option<Hash>, answer: &Answer) {
    let hash = hash.map_or("", |hash| hash.name());
    let token = format!("{:?}", token.settings().token);
    match answer {
        Answer::Right => {}
        Answer::Wrong => tracing::warn!(
            %mechanism, hash, token,
            "the token gives a wrong answer to a known question; it is not asked for this"
        ),
        // Lists do not say with which hash functions a mechanism works.
        Answer::Refused(error) if !hash.is_empty() => tracing::debug!(
            %mechanism, hash, token, %error,
            "the token does not take the mechanism with this hash function"
        ),
        Answer::Refused(error) => tracing::info!(
            %mechanism, hash, token, %error,
            "the token lists the mechanism, but does not take it; it is not asked for this"
        ),
        Answer::Unasked(error) => tracing::debug!(
            %mechanism, hash, token, %error,
            "the token takes no key from outside to be tried with"
        ),
    }
}
