//! Where RSA padding is computed.

use parsec_contracts::quoted;
use parsec_provider::registration::{Printed, Section, SettingError};

/// When software pads although the device could.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SoftwarePadding {
    /// Only if the device lacks the hash function, or was found to pad incorrectly.
    #[default]
    WhenNeeded,
    /// Always: to test on one device what others need.
    Always,
}

impl SoftwarePadding {
    /// The key of the setting in a device's section of the configuration.
    const KEY: &str = "software_padding";

    /// Reads the setting.
    ///
    /// # Errors
    ///
    /// If the setting has another value.
    pub fn read(section: &Section) -> Result<Self, SettingError> {
        match section.text(Self::KEY)? {
            None => Ok(Self::default()),
            Some("when-needed") => Ok(Self::WhenNeeded),
            Some("always") => Ok(Self::Always),
            Some(other) => Err(section.wrong(
                Self::KEY,
                format!(
                    "`software_padding` is {other}; it is \"when-needed\" or \"always\"",
                    other = quoted(other)
                ),
            )),
        }
    }

    /// The setting as `--check` prints it.
    pub fn printed(self) -> (&'static str, Printed) {
        let name = match self {
            Self::WhenNeeded => "when-needed",
            Self::Always => "always",
        };
        (Self::KEY, Printed::Text(name.to_owned()))
    }
}
