//! Known-answer tests of the token at its start. A mechanism that fails is disabled: it may be
//! listed and yet ignore its parameters, truncate them, or compute something else.
//!
//! The keys are published ones. They are session objects, which leave nothing on the token.

mod asymmetric;
mod question;
mod symmetric;

use parsec_provider::ProviderError;

use crate::abilities::Abilities;
use crate::refusals::Refusals;
use crate::token::Token;

pub(crate) use question::Answer;
pub(crate) use symmetric::gcm;

/// Runs the tests, and disables the capabilities that fail.
pub(crate) fn ask(
    token: &Token,
    abilities: &mut Abilities,
    refusals: &Refusals,
) -> Result<(), ProviderError> {
    symmetric::ask(token, abilities)?;
    asymmetric::ask(token, abilities, refusals)
}
