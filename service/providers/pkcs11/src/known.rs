//! Known-answer tests of the token at its start. A mechanism that fails is disabled: it may be
//! listed and yet ignore its parameters, truncate them, or compute something else.
//!
//! The keys are published ones. They are session objects, which leave nothing on the token.

mod asymmetric;
mod symmetric;
mod test_run;

use parsec_provider::ProviderError;

use crate::abilities::Abilities;
use crate::refusals::Refusals;
use crate::token::Token;

pub(crate) use symmetric::gcm;
pub(crate) use test_run::Answer;

/// Runs the tests, and disables the capabilities that fail.
pub(crate) fn run(
    token: &Token,
    abilities: &mut Abilities,
    refusals: &Refusals,
) -> Result<(), ProviderError> {
    symmetric::run(token, abilities)?;
    asymmetric::run(token, abilities, refusals)
}
