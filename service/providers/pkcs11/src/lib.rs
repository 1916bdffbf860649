#![forbid(unsafe_code)]
//! The PKCS #11 provider: keys on a hardware security module, smart card or other token.
//!
//! A key is an object on the token, or two for a key pair, which are found by a random `CKA_ID`;
//! the key store keeps that, the token's serial number and the public key. Keys are sensitive: the
//! token uses them and never gives them out, unless their policy permits export when they are made.
//!
//! The service logs in once and works in a pool of sessions. When the token was taken out or reset,
//! it logs in again; a PIN that the token refused is never tried a second time.

mod abilities;
mod agreement;
mod connection;
mod curves;
mod encryption;
mod engine;
mod error;
mod find;
mod known;
mod login;
mod lookup;
mod mechanism;
mod module;
mod object;
mod pairs;
mod refusals;
mod removal;
mod renewal;
mod secrets;
mod signing;
mod stream;
mod template;
mod token;
mod ways;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use parsec_contracts::{Opcode, Secret};
use parsec_provider::{Journal, ProviderError};
use parsec_psa::{OperationGroup, PsaProvider};

pub use parsec_psa::SoftwarePadding;

/// The operations that it serves besides those that all engines serve.
pub(crate) const OPERATION_GROUPS: &[OperationGroup] = &[
    OperationGroup::Export,
    OperationGroup::Aead,
    OperationGroup::Streams,
];

/// The operations that it serves.
pub fn opcodes() -> Vec<Opcode> {
    parsec_psa::opcodes(OPERATION_GROUPS)
}

/// How the token is reached.
#[derive(Clone)]
pub struct Settings {
    /// The vendor's library.
    pub library: PathBuf,
    /// Which of the library's tokens.
    pub token: TokenChoice,
    /// The user's PIN; none for tokens that ask for it themselves, or want none.
    pub pin: Option<Secret>,
    /// Whether keys whose policy says so may leave the token.
    pub allow_export: bool,
    /// When software pads what the token could pad as well.
    pub software_padding: SoftwarePadding,
    /// The service's memory of the token.
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

/// One of a library's tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenChoice {
    /// The one with this serial number, in whichever slot it is.
    Serial(String),
    /// The one with this label, in whichever slot it is.
    Label(String),
    /// The one in this slot.
    Slot(u64),
    /// The only one there is.
    Only,
}

/// The name of the object on its token that a key with this material has.
pub fn object(material: &Secret) -> Option<Vec<u8>> {
    // The name is good on its own token only.
    Some(object::Object::decode(material).ok()?.id.to_vec())
}

/// Loads the library, logs in to the token and starts a provider.
///
/// # Errors
///
/// `psa-error-communication-failure` if there is no such library or token, or another one than the
/// journal's,
/// `psa-error-not-permitted` if the token refuses the PIN, or if one was refused before so that it
/// is not tried.
pub fn start(settings: Settings) -> Result<PsaProvider, ProviderError> {
    Ok(PsaProvider::new(engine::TokenEngine::start(settings)?))
}
