//! Finds the configured token among those that the library shows.

use cryptoki::context::Pkcs11;
use cryptoki::slot::{Slot, TokenInfo};
use parsec_contracts::Status;
use parsec_contracts::quoted;
use parsec_provider::{Device, ProviderError};

use crate::TokenChoice;
use crate::error::{failed, is_lost};
use crate::identity::device;

/// Finds the token. If several match, the one that the provider is bound to is used.
pub(crate) fn find(
    module: &Pkcs11,
    choice: &TokenChoice,
    bound: Option<&Device>,
) -> Result<(Slot, TokenInfo), ProviderError> {
    let looking = failed("searching for the token");
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for slot in module.get_slots_with_token().map_err(&looking)? {
        let info = match module.get_token_info(slot) {
            Ok(info) => info,
            // A slot may become empty during the search.
            Err(error) if is_lost(&error) => continue,
            Err(error) => return Err(looking(error)),
        };
        let wanted = match choice {
            TokenChoice::Serial(serial) => info.serial_number() == serial.trim_end(),
            TokenChoice::Label(label) => info.label() == label.trim_end(),
            TokenChoice::Slot(number) => slot.id() == *number,
            TokenChoice::Only => info.token_initialized(),
        };
        if wanted {
            found.push((slot, info));
        } else if info.token_initialized() {
            seen.push(in_slot(slot, &info));
        }
    }
    // The order of the slots is not defined.
    seen.sort();
    if found.len() > 1
        && let Some(bound) = bound
        && found.iter().any(|(_, info)| device(info).is_same(bound))
    {
        found.retain(|(_, info)| device(info).is_same(bound));
    }
    match found.len() {
        1 => {
            let (slot, info) = found.pop().ok_or_else(|| no_token(choice, &seen))?;
            check_initialized(slot, &info)?;
            Ok((slot, info))
        }
        0 => Err(no_token(choice, &seen)),
        _ => {
            let which: Vec<_> = found
                .iter()
                .map(|(slot, info)| in_slot(*slot, info))
                .collect();
            Err(ProviderError::new(
                Status::PsaErrorCommunicationFailure,
                format!(
                    "several tokens match: {}; choose one with serial_number",
                    which.join(", ")
                ),
            ))
        }
    }
}

/// Fails for a token that must be set up before it can be used.
fn check_initialized(slot: Slot, info: &TokenInfo) -> Result<(), ProviderError> {
    let slot = slot.id();
    let missing = if !info.token_initialized() {
        format!(
            "the token in slot {slot} is not initialized: initialize it with `pkcs11-tool --slot \
             {slot} --init-token --label LABEL` and `--init-pin`"
        )
    } else if info.login_required() && !info.user_pin_initialized() {
        format!(
            "the token {} in slot {slot} has no user PIN: set it with `pkcs11-tool --slot {slot} \
             --login --login-type so --init-pin`",
            quoted(info.label())
        )
    } else {
        return Ok(());
    };
    Err(ProviderError::new(
        Status::PsaErrorCommunicationFailure,
        missing,
    ))
}

fn in_slot(slot: Slot, info: &TokenInfo) -> String {
    format!(
        "{} with the serial number {} in slot {}",
        quoted(info.label()),
        info.serial_number(),
        slot.id()
    )
}

fn no_token(choice: &TokenChoice, seen: &[String]) -> ProviderError {
    let wanted = match choice {
        TokenChoice::Serial(serial) => format!("no token with the serial number {serial}"),
        TokenChoice::Label(label) => format!("no token with the label {}", quoted(label)),
        TokenChoice::Slot(number) => format!("no token in slot {number}"),
        TokenChoice::Only => "no token".to_owned(),
    };
    let others = if seen.is_empty() {
        "there is no token".to_owned()
    } else {
        format!("there is {}", seen.join(", "))
    };
    ProviderError::new(
        Status::PsaErrorCommunicationFailure,
        format!("the library lists {wanted}; {others}"),
    )
}
