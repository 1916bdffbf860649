//! The registration of a provider: its section of the
//! configuration, and how to open it.

mod credential;
mod equals;
mod place;
mod printed;
mod sealer;
mod section;
mod settings;

use std::fmt;
use std::sync::Arc;

use parsec_contracts::{Opcode, ProviderId, Secret};

pub use credential::Credential;
pub use equals::Equals;
pub use place::{Place, Placed, SettingError};
pub use printed::Printed;
pub use sealer::Sealer;
pub use section::{Section, SettingValue};
pub use settings::ProviderSettings;

/// A provider that the service can be built with. Its crate exports one as `REGISTRATION`, and the
/// service has a list of them.
pub struct Registration {
    /// The provider's number. Its contract has the names that a configuration may give in
    /// `provider_type`, and its own name is that of the service's Cargo feature.
    pub id: ProviderId,
    /// The name under which keys are stored if the configuration has none.
    pub default_name: &'static str,
    /// The keys of its section of the configuration, without those that all providers have.
    pub keys: &'static [&'static str],
    /// Whether its keys are on a device, which another one can replace.
    pub has_device: bool,
    /// The number of concurrent calls while its device is not available.
    pub workers: usize,
    /// The operations that it serves, whether its device is available or not.
    pub opcodes: fn() -> Vec<Opcode>,
    /// As [`Provider::object`](crate::Provider::object), without the device.
    pub object: fn(&Secret) -> Option<Vec<u8>>,
    /// Reads its section of the configuration. Opens and connects nothing.
    pub read: ReadSection,
}

/// Reads a provider's section of the configuration.
///
/// # Errors
///
/// The first setting that is wrong, and what to write instead.
pub type ReadSection = fn(&Section) -> Result<Arc<dyn ProviderSettings>, SettingError>;

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registration").field(&self.id).finish()
    }
}

impl PartialEq for Registration {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Registration {}
