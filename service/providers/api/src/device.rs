//! The device that a provider's keys are bound to.

use std::fmt;

use parsec_contracts::{Secret, Status};

use crate::{Journal, ProviderError};

/// What tells a device from others of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// A token's serial number, or the name of a TPM's storage key: the device's identity.
    pub name: String,
    /// The manufacturer, empty if unknown.
    pub manufacturer: String,
    /// The model, empty if unknown.
    pub model: String,
    /// The device for people: what it is, and its name.
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

/// The device that the service expects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Binding {
    #[default]
    /// The provider has never been bound; its first device must own its stored keys.
    Unbound,
    /// The operator accepts the next device, whatever keys there are.
    Released,
    /// This device and no other.
    Bound(Device),
}

/// Accepts the device that the provider has found, binding the provider to it if it is not bound.
/// `owns` answers whether the device made a stored key, `None` if that cannot be told.
///
/// # Errors
///
/// `psa-error-communication-failure`, naming both devices, if the provider is bound to another.
pub fn admit(
    journal: &dyn Journal,
    found: &Device,
    mut owns: impl FnMut(&Secret) -> Result<Option<bool>, ProviderError>,
) -> Result<(), ProviderError> {
    match journal.binding()? {
        Binding::Bound(bound) if bound.is_same(found) => Ok(()),
        Binding::Bound(bound) => Err(refused(found, &bound.description)),
        Binding::Released => journal.bind(found),
        Binding::Unbound => {
            let mut foreign = false;
            for sample in journal.samples()? {
                match owns(&sample)? {
                    Some(true) => return journal.bind(found),
                    Some(false) => foreign = true,
                    None => {}
                }
            }
            match foreign {
                true => Err(refused(found, "another device")),
                false => journal.bind(found),
            }
        }
    }
}

fn refused(found: &Device, bound: &str) -> ProviderError {
    ProviderError::new(
        Status::PsaErrorCommunicationFailure,
        format!(
            "the device is {found}, but the provider's keys are on {bound}: connect the right \
             device, or if it was replaced for good, run `parsec-service store rebind` with the \
             provider's name"
        ),
    )
    .of_another_device()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    struct Memory {
        binding: Mutex<Binding>,
        samples: Vec<Secret>,
    }

    impl Journal for Memory {
        fn intend(&self, _: &[u8]) -> Result<(), ProviderError> {
            Ok(())
        }

        fn settle(&self, _: &[u8]) -> Result<(), ProviderError> {
            Ok(())
        }

        fn binding(&self) -> Result<Binding, ProviderError> {
            Ok(self.binding.lock().unwrap().clone())
        }

        fn bind(&self, device: &Device) -> Result<(), ProviderError> {
            *self.binding.lock().unwrap() = Binding::Bound(device.clone());
            Ok(())
        }

        fn samples(&self) -> Result<Vec<Secret>, ProviderError> {
            Ok(self.samples.clone())
        }
    }

    fn device(name: &str) -> Device {
        Device {
            name: name.into(),
            manufacturer: "maker".into(),
            model: "model".into(),
            description: format!("the token {name}"),
        }
    }

    fn memory(binding: Binding, samples: &[&str]) -> Memory {
        Memory {
            binding: Mutex::new(binding),
            samples: samples.iter().map(|text| text.as_bytes().into()).collect(),
        }
    }

    fn admit_named(memory: &Memory, name: &str) -> Result<(), ProviderError> {
        admit(memory, &device(name), |sample| {
            Ok(match sample.expose() {
                b"unknown" => None,
                owner => Some(owner == name.as_bytes()),
            })
        })
    }

    #[test]
    fn the_first_device_is_bound_and_another_refused_with_both_names() {
        let memory = memory(Binding::Unbound, &[]);
        admit_named(&memory, "one").unwrap();
        admit_named(&memory, "one").unwrap();
        let error = admit_named(&memory, "two").unwrap_err();
        assert_eq!(error.status(), Status::PsaErrorCommunicationFailure);
        assert!(error.is_another_device());
        for part in ["the token one", "the token two", "store rebind"] {
            assert!(error.message().contains(part), "{error}");
        }
    }

    #[test]
    fn keys_that_are_stored_already_decide_which_device_is_bound_first() {
        for (samples, is_admitted) in [
            (&["one", "other"][..], true),
            (&["other", "one"], true),
            (&["unknown"], true),
            (&["other"], false),
            (&["unknown", "other"], false),
        ] {
            let memory = memory(Binding::Unbound, samples);
            assert_eq!(
                admit_named(&memory, "one").is_ok(),
                is_admitted,
                "{samples:?}"
            );
        }
        let released = memory(Binding::Released, &["other"]);
        admit_named(&released, "one").unwrap();
        assert!(admit_named(&released, "two").is_err());
    }

    #[test]
    fn a_new_library_may_call_the_make_by_another_name() {
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
