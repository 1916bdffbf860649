//! A sequence of key operations that are all recorded in the audit log.

use parsec_contracts::Status;
use parsec_contracts::operations::{
    DeleteClient, PsaDestroyKey, PsaExportKey, PsaGenerateRandom, PsaImportKey, PsaMacCompute,
};
use parsec_contracts::types::{
    Algorithm, FullLengthMac, Hash, KeyAttributes, KeyPolicy, KeyType, Mac, UsageFlags,
};
use parsec_harness::Service;

/// A secret that no audit event may contain.
pub const SECRET: &[u8] = b"a-very-recognisable-secret-of-32";

/// Stops the service gracefully.
///
/// # Panics
///
/// If it does not exit successfully.
pub fn stop(service: &mut Service) {
    assert!(service.terminate().success(), "{}", service.log());
}

/// HMAC over SHA-256.
pub fn hmac() -> Mac {
    Mac::FullLength(FullLengthMac::Hmac {
        hash_alg: Hash::Sha256,
    })
}

/// Imports [`SECRET`] as an HMAC key.
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

/// Requests the MAC of a message.
pub fn mac(key_name: &str) -> PsaMacCompute {
    PsaMacCompute {
        key_name: key_name.to_owned(),
        alg: hmac(),
        input: b"a-very-recognisable-message".to_vec(),
    }
}

/// Performs key operations that each write an event.
///
/// # Panics
///
/// If a status differs from the expected one.
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
    // These operations write no audit event.
    assert_eq!(
        wire.ask("web", PsaGenerateRandom { size: 1 }),
        Status::Success
    );
}
