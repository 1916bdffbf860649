//! The settings of a configured provider.

use std::fmt;
use std::sync::Arc;

use super::equals::Equals;
use super::place::SettingError;
use super::printed::Printed;
use super::sealer::Sealer;
use super::section::Section;
use crate::error::ProviderError;
use crate::journal::Journal;
use crate::provider::Provider;

/// The settings of a configured provider, with all defaults filled in.
pub trait ProviderSettings: Equals + fmt::Debug + Send + Sync {
    /// Opens the device or library and starts the provider. The journal is the service's memory of
    /// the device.
    ///
    /// # Errors
    ///
    /// `psa-error-communication-failure` if the device is absent; otherwise the status that says why
    /// it cannot be used. `--check` and the log print the message.
    fn open(&self, journal: Arc<dyn Journal>) -> Result<Arc<dyn Provider>, ProviderError>;

    /// The settings as `--check` prints them.
    fn printed(&self) -> Vec<(&'static str, Printed)>;

    /// Whether the service starts without the device.
    fn may_be_absent(&self) -> bool {
        false
    }

    /// Why `--check` cannot open it although the service may be able to: a credential that systemd
    /// gives only to the unit. `None` if it can try.
    fn out_of_reach(&self) -> Option<String> {
        None
    }

    /// Returns the sealer of the device, or `None` if the device cannot seal. The section is that of
    /// the key store, and it may name a state of the machine.
    ///
    /// # Errors
    ///
    /// The setting of the section that is wrong.
    fn sealer(&self, _section: &Section) -> Result<Option<Arc<dyn Sealer>>, SettingError> {
        Ok(None)
    }
}

impl PartialEq for dyn ProviderSettings {
    fn eq(&self, other: &Self) -> bool {
        self.equals(other)
    }
}

impl Eq for dyn ProviderSettings {}
