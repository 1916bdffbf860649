#![forbid(unsafe_code)]
//! The PKCS #11 provider: keys on a hardware security module, smart card or other token.
//!
//! A key is an object on the token, or two for a key pair, which are found by a random `CKA_ID`;
//! the key store contains that identifier, the token's serial number and the public key. Keys are
//! sensitive: the token never exports them, unless their policy permits export when they are
//! created.
//!
//! The service logs in once and works in a pool of sessions. After the token was removed or reset,
//! it logs in again; a PIN that the token rejected is never tried a second time.

mod abilities;
mod agreement;
mod connection;
mod curves;
mod encryption;
mod engine;
mod error;
mod find;
mod identity;
mod key_attributes;
mod known;
mod login;
mod lookup;
mod mechanism;
mod module;
mod object;
mod pairs;
mod pin;
mod refusals;
mod registration;
mod removal;
mod renewal;
mod secrets;
mod signing;
mod stream;
mod template;
mod token;
mod token_engine;
mod ways;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use parsec_contracts::Secret;
use parsec_contracts::quoted;
use parsec_provider::{Journal, ProviderError};
use parsec_psa::PsaProvider;

pub use crate::registration::REGISTRATION;
pub use parsec_psa::SoftwarePadding;

/// The configuration of the provider.
#[derive(Clone)]
pub struct Settings {
    /// The vendor's library.
    pub library: PathBuf,
    /// The token to use.
    pub token: TokenChoice,
    /// The user's PIN; `None` for tokens that ask for it themselves, or need none.
    pub pin: Option<Secret>,
    /// Whether keys may be exported if their policy permits it.
    pub allow_export: bool,
    /// When software pads although the token could.
    pub software_padding: SoftwarePadding,
    /// The service's record of the token.
    pub journal: Arc<dyn Journal>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("library", &self.library)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

/// Selects one of a library's tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenChoice {
    /// The token with this serial number, in any slot.
    Serial(String),
    /// The token with this label, in any slot.
    Label(String),
    /// The token in this slot.
    Slot(u64),
    /// The only token of the library.
    Only,
}

impl fmt::Display for TokenChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial(serial) => write!(f, "the token with the serial number {serial}"),
            Self::Label(label) => write!(f, "the token {}", quoted(label)),
            Self::Slot(slot) => write!(f, "the token in slot {slot}"),
            Self::Only => f.write_str("the only token"),
        }
    }
}

/// Loads the library, logs in to the token and starts a provider.
///
/// # Errors
///
/// `psa-error-communication-failure` if there is no such library or token, or the token is not the
/// journal's; `psa-error-not-permitted` if the token rejects the PIN, or rejected one before, so
/// that this one is not tried.
pub fn start(settings: Settings) -> Result<PsaProvider, ProviderError> {
    Ok(PsaProvider::new(token_engine::TokenEngine::start(
        settings,
    )?))
}
