//! The providers that this service is built with.

use parsec_contracts::ProviderId;
use parsec_provider::registration::Registration;

/// One line per provider: its Cargo feature, which has the name of its contract, and its
/// registration. The feature enables the dependency of the same name.
macro_rules! providers {
    ($($feature:literal => $registration:path),* $(,)?) => {
        const FEATURES: &[&str] = &[$($feature),*];
        static REGISTRATIONS: &[&Registration] = &[$(#[cfg(feature = $feature)] &$registration),*];
    };
}

providers! {
    "pkcs11" => pkcs11::REGISTRATION,
    "software" => software::REGISTRATION,
    "tpm" => tpm::REGISTRATION,
}

/// The providers that this service is built with.
pub(crate) fn all() -> impl Iterator<Item = &'static Registration> {
    REGISTRATIONS.iter().copied()
}

/// The provider of this number, or of its family.
pub(crate) fn find(id: ProviderId) -> Option<&'static Registration> {
    all().find(|registration| registration.id == id.family())
}

/// The Cargo feature that adds a provider which this service is built without.
pub(crate) fn missing_feature(id: ProviderId) -> Option<&'static str> {
    let name = id.family().name();
    let feature = FEATURES.iter().find(|feature| **feature == name);
    feature.copied().filter(|_| find(id).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_has_the_name_of_a_provider() {
        for feature in FEATURES {
            let id = ProviderId::from_name(feature).expect("a contract");
            assert_eq!(
                find(id).is_none(),
                missing_feature(id).is_some(),
                "{feature}"
            );
        }
        for registration in all() {
            assert!(FEATURES.contains(&registration.id.name()));
        }
    }
}
