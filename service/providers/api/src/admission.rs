//! Admits the device that a provider is bound to, and rejects any other.

use parsec_contracts::{Secret, Status};

use crate::device::{Binding, Device};
use crate::error::ProviderError;
use crate::journal::Journal;

/// Admits the device that the provider found, and binds the provider to it if it is not bound yet.
/// `owns` returns whether the device created a stored key, or `None` if that is unknown.
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
             device, or if it was replaced permanently, run `parsec-service store rebind` with the \
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
    fn the_first_device_is_bound_and_others_are_rejected() {
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
    fn stored_keys_determine_the_first_device() {
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
}
