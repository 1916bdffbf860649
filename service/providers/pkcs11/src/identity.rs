//! The identity of a token: how the service recognizes it, and how messages name it.

use cryptoki::slot::TokenInfo;
use parsec_contracts::quoted;
use parsec_provider::Device;

/// The token's identity: its serial number, or its label if it has no serial number.
pub(crate) fn device(info: &TokenInfo) -> Device {
    let name = match info.serial_number() {
        "" => info.label(),
        number => number,
    };
    Device {
        name: name.to_owned(),
        manufacturer: info.manufacturer_id().to_owned(),
        model: info.model().to_owned(),
        description: describe(info),
    }
}

/// A description of the token, for people.
pub(crate) fn describe(info: &TokenInfo) -> String {
    format!(
        "the token {} with the serial number {} ({} {})",
        quoted(info.label()),
        info.serial_number(),
        info.manufacturer_id(),
        info.model()
    )
}
