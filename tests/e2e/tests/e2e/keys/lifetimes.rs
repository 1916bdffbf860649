//! Volatile keys and renamed keys.
use std::time::{SystemTime, UNIX_EPOCH};

use parsec_contracts::frame::flags;
use parsec_contracts::operations::{
    GenerateVolatileKey, GetKeyAttributes, ImportVolatileKey, ListKeys, PsaCopyKey, PsaExportKey,
    PsaPurgeKey, RenameKey,
};
use parsec_contracts::types::{Algorithm, KeyAttributes, KeyLifetime, KeyType, UsageFlags};
use parsec_contracts::{Operation, Status};
use parsec_harness::{Auth, Reply, Service, Wire, eventually, keys};

const PROVIDER: u8 = 1;

fn call<O: Operation>(wire: &mut Wire, operation: O) -> Reply {
    let provider = match O::OPCODE.served_by() {
        parsec_contracts::ServedBy::Core => 0,
        parsec_contracts::ServedBy::Crypto => PROVIDER,
    };
    wire.call(provider, &Auth::direct("web"), flags::EXTENSIONS, operation)
        .unwrap()
}

fn status<O: Operation>(wire: &mut Wire, operation: O) -> Status {
    call(wire, operation).status()
}

fn volatile(name: &str, lifetime: KeyLifetime) -> GenerateVolatileKey {
    GenerateVolatileKey {
        key_name: name.to_owned(),
        attributes: keys::ecdsa_p256(),
        lifetime,
    }
}

fn names(wire: &mut Wire) -> Vec<String> {
    let keys = call(wire, ListKeys {}).output::<ListKeys>().unwrap().keys;
    keys.into_iter().map(|key| key.name).collect()
}

fn seconds_from_now(seconds: u64) -> KeyLifetime {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    KeyLifetime::ExpiresAt {
        time: now.as_secs() + seconds,
    }
}

fn attributes(wire: &mut Wire, name: &str) -> (KeyAttributes, Option<KeyLifetime>) {
    let key_name = name.to_owned();
    let output = call(wire, GetKeyAttributes { key_name })
        .output::<GetKeyAttributes>()
        .unwrap();
    (output.attributes, output.lifetime)
}

#[test]
fn a_volatile_key_works_for_its_owner_and_ends_with_its_connection() {
    let service = Service::direct();
    let (mut holder, mut other) = (service.wire(), service.wire());
    let made = volatile("session", KeyLifetime::Connection);
    assert_eq!(status(&mut holder, made.clone()), Status::Success);
    let kept = keys::generate("kept", keys::ecdsa_p256());
    assert_eq!(status(&mut holder, kept), Status::Success);
    // It belongs to the application, on any connection.
    let sign = || keys::sign("session", &[7; 32]);
    assert_eq!(status(&mut other, sign()), Status::Success);
    let (_, lifetime) = attributes(&mut other, "session");
    assert_eq!(lifetime, Some(KeyLifetime::Connection));
    let taken = status(&mut other, made);
    assert_eq!(taken, Status::PsaErrorAlreadyExists);
    drop(holder);
    eventually("the key is gone", || names(&mut other) == ["kept"]);
    assert_eq!(status(&mut other, sign()), Status::PsaErrorDoesNotExist);
}

#[test]
fn a_volatile_key_does_not_outlive_a_killed_service() {
    let mut service = Service::direct();
    let mut holder = service.wire();
    let made = volatile("session", KeyLifetime::Connection);
    assert_eq!(status(&mut holder, made), Status::Success);
    service.kill();
    service.restart();
    assert!(names(&mut service.wire()).is_empty());
}

#[test]
fn an_expired_key_is_gone_and_its_name_is_free_immediately() {
    let service = Service::direct();
    let mut wire = service.wire();
    let made = volatile("brief", seconds_from_now(3));
    assert_eq!(status(&mut wire, made), Status::Success);
    assert!(matches!(
        attributes(&mut wire, "brief").1,
        Some(KeyLifetime::ExpiresAt { .. })
    ));
    let sign = || keys::sign("brief", &[7; 32]);
    assert_eq!(status(&mut wire, sign()), Status::Success);
    eventually("the key no longer signs", || {
        status(&mut wire, sign()) == Status::PsaErrorDoesNotExist
    });
    assert!(names(&mut wire).is_empty());
    let again = keys::generate("brief", keys::ecdsa_p256());
    assert_eq!(status(&mut wire, again), Status::Success);
}

#[test]
fn an_expiry_in_the_past_is_refused() {
    let service = Service::direct();
    let past = volatile("late", KeyLifetime::ExpiresAt { time: 1 });
    let mut wire = service.wire();
    assert_eq!(status(&mut wire, past), Status::PsaErrorInvalidArgument);
    assert!(names(&mut wire).is_empty());
}

#[test]
fn an_imported_key_can_be_volatile_too() {
    let service = Service::direct();
    let mut wire = service.wire();
    let import = ImportVolatileKey {
        key_name: "seed".to_owned(),
        attributes: raw_data(true),
        data: [1, 2, 3, 4][..].into(),
        lifetime: KeyLifetime::Connection,
    };
    assert_eq!(status(&mut wire, import), Status::Success);
    let key_name = "seed".to_owned();
    let export = call(&mut wire, PsaExportKey { key_name });
    let data = export.output::<PsaExportKey>().unwrap().data;
    assert_eq!(data.expose(), [1, 2, 3, 4]);
}

fn raw_data(export: bool) -> KeyAttributes {
    let usage = UsageFlags {
        export,
        copy: true,
        ..UsageFlags::default()
    };
    keys::attributes(KeyType::RawData, 32, usage, Algorithm::None)
}

#[test]
fn a_renamed_key_is_the_same_key() {
    let service = Service::direct();
    let mut wire = service.wire();
    for name in ["old", "other"] {
        let made = keys::generate(name, keys::ecdsa_p256());
        assert_eq!(status(&mut wire, made), Status::Success);
    }
    let signature = call(&mut wire, keys::sign("old", &[7; 32]));
    let signature = signature
        .output::<parsec_contracts::operations::PsaSignHash>()
        .unwrap()
        .signature;
    let rename = |key_name: &str, new_key_name: &str| RenameKey {
        key_name: key_name.to_owned(),
        new_key_name: new_key_name.to_owned(),
    };
    let taken = status(&mut wire, rename("old", "other"));
    assert_eq!(taken, Status::PsaErrorAlreadyExists);
    assert_eq!(status(&mut wire, rename("old", "new")), Status::Success);
    assert_eq!(names(&mut wire), ["new", "other"]);
    let verify = keys::verify("new", &[7; 32], &signature);
    assert_eq!(status(&mut wire, verify), Status::Success);
    // Names of other applications are neither found nor affected.
    let mut stranger = service.wire();
    let theirs = stranger.call(
        PROVIDER,
        &Auth::direct("mail"),
        flags::EXTENSIONS,
        rename("new", "mine"),
    );
    assert_eq!(theirs.unwrap().status(), Status::PsaErrorDoesNotExist);
}

#[test]
fn a_copy_has_no_more_permissions_than_its_source() {
    let service = Service::direct();
    let mut wire = service.wire();
    let import = parsec_contracts::operations::PsaImportKey {
        key_name: "source".to_owned(),
        attributes: raw_data(false),
        data: [1, 2, 3, 4][..].into(),
    };
    assert_eq!(status(&mut wire, import), Status::Success);
    let copy = PsaCopyKey {
        source_key_name: "source".to_owned(),
        key_name: "copy".to_owned(),
        attributes: raw_data(true),
        lifetime: None,
    };
    assert_eq!(status(&mut wire, copy.clone()), Status::Success);
    let (copied, _) = attributes(&mut wire, "copy");
    assert!(!copied.key_policy.key_usage_flags.export);
    assert!(copied.key_policy.key_usage_flags.copy);
    let key_name = "copy".to_owned();
    let export = status(&mut wire, PsaExportKey { key_name });
    assert_eq!(export, Status::PsaErrorNotPermitted);
    let uncopyable = keys::generate("signer", keys::ecdsa_p256());
    assert_eq!(status(&mut wire, uncopyable), Status::Success);
    let refused = PsaCopyKey {
        source_key_name: "signer".to_owned(),
        key_name: "second".to_owned(),
        attributes: keys::ecdsa_p256(),
        ..copy
    };
    assert_eq!(status(&mut wire, refused), Status::PsaErrorNotPermitted);
}

#[test]
fn a_purged_key_works_again() {
    let service = Service::direct();
    let mut wire = service.wire();
    let made = keys::generate("k", keys::ecdsa_p256());
    assert_eq!(status(&mut wire, made), Status::Success);
    let sign = || keys::sign("k", &[7; 32]);
    assert_eq!(status(&mut wire, sign()), Status::Success);
    let key_name = "k".to_owned();
    assert_eq!(status(&mut wire, PsaPurgeKey { key_name }), Status::Success);
    assert_eq!(status(&mut wire, sign()), Status::Success);
}
