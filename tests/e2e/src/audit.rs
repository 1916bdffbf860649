//! A life of keys whose every event is in the log of security events.

use parsec_contracts::Status;
use parsec_contracts::operations::{
    DeleteClient, PsaDestroyKey, PsaExportKey, PsaGenerateRandom, PsaImportKey, PsaMacCompute,
};
use parsec_contracts::types::{
    Algorithm, FullLengthMac, Hash, KeyAttributes, KeyPolicy, KeyType, Mac, UsageFlags,
};
use parsec_harness::Service;

/// What no line may ever hold.
pub const SECRET: &[u8] = b"a-very-recognisable-secret-of-32";

/// Stops the service in order.
///
/// # Panics
///
/// If it does not end with success.
pub fn stop(service: &mut Service) {
    assert!(service.terminate().success(), "{}", service.log());
}

/// HMAC over SHA-256.
pub fn hmac() -> Mac {
    Mac::FullLength(FullLengthMac::Hmac {
        hash_alg: Hash::Sha256,
    })
}

/// Imports [`SECRET`] as a key for HMAC.
pub fn import(key_name: &str) -> PsaImportKey {
    PsaImportKey {
        key_name: key_name.to_owned(),
        attributes: KeyAttributes {
            key_type: KeyType::Hmac,
            key_bits: 256,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags {
                    sign_message: true,
                    export: true,
                    ..UsageFlags::default()
                },
                key_algorithm: Algorithm::Mac(hmac()),
            },
        },
        data: SECRET.into(),
    }
}

/// Asks for the code of a message.
pub fn mac(key_name: &str) -> PsaMacCompute {
    PsaMacCompute {
        key_name: key_name.to_owned(),
        alg: hmac(),
        input: b"a-very-recognisable-message".to_vec(),
    }
}

/// A life of keys of which every event is written.
///
/// # Panics
///
/// If a status is not the expected one.
pub fn live(service: &Service) {
    let mut wire = service.wire();
    let key = |name: &str| name.to_owned();
    assert_eq!(wire.ask("web", import("k")), Status::Success);
    assert_eq!(wire.ask("web", mac("k")), Status::Success);
    assert_eq!(
        wire.ask("web", PsaExportKey { key_name: key("k") }),
        Status::Success
    );
    assert_eq!(wire.ask("mail", mac("k")), Status::PsaErrorDoesNotExist);
    assert_eq!(
        wire.ask("web", PsaDestroyKey { key_name: key("k") }),
        Status::Success
    );
    assert_eq!(wire.ask("web", import("left")), Status::Success);
    let delete = || DeleteClient {
        client: "web".to_owned(),
    };
    assert_eq!(wire.ask("web", delete()), Status::AdminOperation);
    assert_eq!(wire.ask("admin", delete()), Status::Success);
    // Nothing of this is a security event.
    assert_eq!(
        wire.ask("web", PsaGenerateRandom { size: 1 }),
        Status::Success
    );
}
