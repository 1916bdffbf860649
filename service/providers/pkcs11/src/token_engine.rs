//! The state of the engine: a token, its abilities, and how objects are created on it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use parsec_contracts::types::{KeyAttributes, KeyType};
use parsec_contracts::{Secret, Status};
use parsec_provider::ProviderError;
use parsec_psa::SoftwarePadding;

use crate::abilities::Abilities;
use crate::object::Object;
use crate::refusals::Refusals;
use crate::token::Token;

/// The status of errors after which it is unknown what the token created.
const LOST: Status = Status::PsaErrorCommunicationFailure;

/// A token and its capabilities.
pub(crate) struct TokenEngine {
    pub(crate) token: Token,
    pub(crate) abilities: Abilities,
    pub(crate) refusals: Refusals,
    /// The tested lengths of GCM nonces and tags, and whether the token supports them.
    pub(crate) gcm_shapes: Mutex<BTreeMap<(usize, u32), bool>>,
    pub(crate) workers: usize,
}

impl fmt::Debug for TokenEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenEngine")
            .field("settings", self.token.settings())
            .finish_non_exhaustive()
    }
}

impl TokenEngine {
    /// Whether software pads although the token could.
    pub(crate) fn pads_in_software(&self) -> bool {
        self.token.settings().software_padding == SoftwarePadding::Always
    }

    /// Whether a key may be created as exportable.
    pub(crate) fn may_leave(&self, attributes: &KeyAttributes) -> bool {
        self.token.settings().allow_export && attributes.key_policy.key_usage_flags.export
    }

    /// Creates objects on the token. Their identifier is recorded in the journal first, and
    /// incomplete objects are removed.
    pub(crate) fn make(
        &self,
        make: impl FnOnce(&mut Object) -> Result<(), ProviderError>,
    ) -> Result<Secret, ProviderError> {
        let journal = &self.token.settings().journal;
        let open = self.token.connected()?;
        let mut object = Object::new(open.info.serial_number())?;
        journal.intend(&object.id)?;
        match make(&mut object) {
            Ok(()) => object.encode(),
            Err(error) => {
                // Objects that cannot be removed now are removed when the token shows them again.
                // If the token reports that it created nothing, nothing remains.
                let is_gone = match self.token.destroy(&object.id) {
                    Ok(is_whole) => is_whole || error.is_key_missing() || error.status() != LOST,
                    Err(_) => false,
                };
                if is_gone {
                    journal.settle(&object.id)?;
                }
                Err(error)
            }
        }
    }

    /// Whether the token has a curve of this size; 0 means any size.
    pub(crate) fn has_curve(&self, key_type: &KeyType, bits: u32) -> bool {
        match key_type {
            KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => self
                .abilities
                .curves
                .iter()
                .any(|(family, size)| family == curve_family && (bits == 0 || *size == bits)),
            _ => false,
        }
    }
}
