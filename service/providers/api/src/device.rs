//! The device that a provider's keys are bound to.

use std::fmt;

/// The identity and description of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// A token's serial number, or the name of a TPM's storage key: the device's identity.
    pub name: String,
    /// The manufacturer, empty if unknown.
    pub manufacturer: String,
    /// The model, empty if unknown.
    pub model: String,
    /// A description with its name, for people.
    pub description: String,
}

impl Device {
    /// Whether both are the same device. A new version of a vendor's library may change the
    /// manufacturer or the model, but not both; serial numbers of two vendors may be equal.
    pub fn is_same(&self, other: &Self) -> bool {
        let is_same_make = self.manufacturer == other.manufacturer || self.model == other.model;
        self.name == other.name && is_same_make
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)
    }
}

/// The device to which a provider is bound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Binding {
    #[default]
    /// The provider was never bound. The first device must own its stored keys.
    Unbound,
    /// The operator accepts the next device, even if it does not hold the stored keys.
    Released,
    /// Only this device is accepted.
    Bound(Device),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(name: &str) -> Device {
        Device {
            name: name.into(),
            manufacturer: "maker".into(),
            model: "model".into(),
            description: format!("the token {name}"),
        }
    }

    #[test]
    fn a_device_is_the_same_if_either_manufacturer_or_model_changes() {
        let renamed = Device {
            manufacturer: "new owner".into(),
            ..device("1")
        };
        let foreign = Device {
            model: "other".into(),
            ..renamed.clone()
        };
        assert!(device("1").is_same(&renamed));
        assert!(!device("1").is_same(&foreign));
    }
}
