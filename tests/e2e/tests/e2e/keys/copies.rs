//! A copy of a key does not outlive its source.
use std::time::{SystemTime, UNIX_EPOCH};

use parsec_contracts::frame::flags;
use parsec_contracts::operations::{
    GenerateVolatileKey, GetKeyAttributes, ListKeys, PsaCopyKey, PsaDestroyKey, PsaExportKey,
    RenameKey,
};
use parsec_contracts::types::{Algorithm, KeyAttributes, KeyLifetime, KeyType, UsageFlags};
use parsec_contracts::{Operation, ServedBy, Status};
use parsec_harness::{Auth, Reply, Service, Wire, eventually, keys};

fn call<O: Operation>(wire: &mut Wire, operation: O) -> Reply {
    let provider = u8::from(O::OPCODE.served_by() == ServedBy::Crypto);
    wire.call(provider, &Auth::direct("web"), flags::EXTENSIONS, operation)
        .unwrap()
}

fn status<O: Operation>(wire: &mut Wire, operation: O) -> Status {
    call(wire, operation).status()
}

fn attributes() -> KeyAttributes {
    let usage = UsageFlags {
        export: true,
        copy: true,
        ..UsageFlags::default()
    };
    keys::attributes(KeyType::RawData, 128, usage, Algorithm::None)
}

fn make(wire: &mut Wire, name: &str, lifetime: KeyLifetime) {
    let made = GenerateVolatileKey {
        key_name: name.to_owned(),
        attributes: attributes(),
        lifetime,
    };
    assert_eq!(status(wire, made), Status::Success, "{name}");
}

fn copy(wire: &mut Wire, source: &str, name: &str, lifetime: Option<KeyLifetime>) -> Status {
    let copy = PsaCopyKey {
        source_key_name: source.to_owned(),
        key_name: name.to_owned(),
        attributes: attributes(),
        lifetime,
    };
    status(wire, copy)
}

fn lifetime(wire: &mut Wire, name: &str) -> Option<KeyLifetime> {
    let key_name = name.to_owned();
    let reply = call(wire, GetKeyAttributes { key_name });
    reply.output::<GetKeyAttributes>().unwrap().lifetime
}

fn names(wire: &mut Wire) -> Vec<String> {
    let keys = call(wire, ListKeys {}).output::<ListKeys>().unwrap().keys;
    keys.into_iter().map(|key| key.name).collect()
}

fn at(seconds: u64) -> KeyLifetime {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    KeyLifetime::ExpiresAt {
        time: now.as_secs() + seconds,
    }
}

#[test]
fn a_copy_expires_at_the_earlier_time() {
    let service = Service::direct();
    let mut wire = service.wire();
    let (early, late) = (at(1000), at(2000));
    make(&mut wire, "early", early);
    make(&mut wire, "late", late);
    for (source, requested, ends) in [
        ("early", None, &early),
        ("early", Some(late), &early),
        ("late", Some(early), &early),
        ("late", None, &late),
    ] {
        let name = format!("copy of {source}, {requested:?}");
        assert_eq!(copy(&mut wire, source, &name, requested), Status::Success);
        assert_eq!(lifetime(&mut wire, &name).as_ref(), Some(ends), "{name}");
        // Neither does a copy of the copy, or a renamed copy.
        let renamed = RenameKey {
            key_name: name.clone(),
            new_key_name: format!("{name}, renamed"),
        };
        assert_eq!(status(&mut wire, renamed.clone()), Status::Success);
        let again = format!("copy of the {name}");
        let copied = copy(&mut wire, &renamed.new_key_name, &again, None);
        assert_eq!(copied, Status::Success);
        assert_eq!(lifetime(&mut wire, &again).as_ref(), Some(ends), "{again}");
    }
}

#[test]
fn a_copy_of_an_expired_key_cannot_be_used() {
    let service = Service::direct();
    let mut wire = service.wire();
    make(&mut wire, "brief", at(3));
    assert_eq!(copy(&mut wire, "brief", "copy", None), Status::Success);
    let export = || PsaExportKey {
        key_name: "copy".to_owned(),
    };
    assert_eq!(status(&mut wire, export()), Status::Success);
    eventually("the copy is gone", || {
        status(&mut wire, export()) == Status::PsaErrorDoesNotExist
    });
    assert_eq!(names(&mut wire), [""; 0]);
    // A key can be renamed to the name of an expired key immediately.
    let kept = keys::exportable("kept", b"data");
    assert_eq!(status(&mut wire, kept), Status::Success);
    let renamed = RenameKey {
        key_name: "kept".to_owned(),
        new_key_name: "brief".to_owned(),
    };
    assert_eq!(status(&mut wire, renamed), Status::Success);
}

#[test]
fn a_copy_ends_with_the_connection_of_its_source() {
    let service = Service::direct();
    let (mut holder, mut other) = (service.wire(), service.wire());
    make(&mut holder, "source", KeyLifetime::Connection);
    for (name, requested) in [("without", None), ("with a time", Some(at(1000)))] {
        assert_eq!(copy(&mut other, "source", name, requested), Status::Success);
    }
    assert_eq!(
        copy(&mut other, "without", "of a copy", None),
        Status::Success
    );
    let own = copy(&mut holder, "source", "own", Some(KeyLifetime::Connection));
    assert_eq!(own, Status::Success);
    // Its lifetime would depend on two connections.
    let both = copy(&mut other, "source", "both", Some(KeyLifetime::Connection));
    assert_eq!(both, Status::PsaErrorInvalidArgument);
    assert_eq!(names(&mut other).len(), 5);
    let kept = keys::exportable("kept", b"data");
    assert_eq!(status(&mut other, kept), Status::Success);
    // Even if the source is destroyed first.
    let key_name = "source".to_owned();
    let destroyed = status(&mut other, PsaDestroyKey { key_name });
    assert_eq!(destroyed, Status::Success);
    drop(holder);
    eventually("the copies are gone", || names(&mut other) == ["kept"]);
}

#[test]
fn a_volatile_copy_also_ends_with_its_source() {
    let service = Service::direct();
    let (mut holder, mut other) = (service.wire(), service.wire());
    make(&mut holder, "source", at(1000));
    let copied = copy(&mut other, "source", "copy", Some(KeyLifetime::Connection));
    assert_eq!(copied, Status::Success);
    make(&mut holder, "brief", at(3));
    let copied = copy(
        &mut holder,
        "brief",
        "brief copy",
        Some(KeyLifetime::Connection),
    );
    assert_eq!(copied, Status::Success);
    drop(other);
    eventually("the copy goes with its own connection", || {
        !names(&mut holder).contains(&"copy".to_owned())
    });
    eventually("the other copy goes with its source's time", || {
        names(&mut holder) == ["source"]
    });
}
