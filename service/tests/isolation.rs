#![forbid(unsafe_code)]
//! Several identities with keys of the same names: each sees its own, and of the others' nothing,
//! neither in a status nor in the time that it takes nor in the log.

mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use parsec_contracts::operations::{ListKeys, PsaDestroyKey, PsaExportKey, RenameKey};
use parsec_contracts::{Body as _, Operation, Status};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use support::keys::exportable;
use support::{Scratch, Wire, request};

/// One by the kernel's word, and by their own the same name and another.
const IDENTITIES: usize = 3;
const NAMES: [&str; 3] = ["a", "b", "c"];

fn both_authenticators() -> Scratch {
    let both = "[[authenticator]]\nauth_type = \"UnixPeerCredentials\"\n\n\
                [[authenticator]]\nauth_type = \"Direct\"";
    Scratch::serving("[authenticator]\nauth_type = \"Direct\"", both)
}

/// A request of one of the identities.
fn request_of<O: Operation>(who: usize, operation: O) -> Vec<u8> {
    let uid = rustix::process::getuid().as_raw();
    match who {
        0 => {
            // Four bytes that are no text go where a text of four bytes was.
            let mut bytes = request("uid!", operation);
            let end = bytes.len();
            bytes[end - 4..].copy_from_slice(&uid.to_le_bytes());
            bytes[21] = 3;
            bytes
        }
        1 => request(&uid.to_string(), operation),
        _ => request("mail", operation),
    }
}

fn call<O: Operation>(wire: &mut Wire, who: usize, operation: O) -> Result<O::Output, Status> {
    wire.send(&request_of(who, operation));
    let (header, body) = wire.receive().expect("a reply");
    match Status::from_number(header.status).expect("a known status") {
        Status::Success => Ok(O::Output::decode(&body).expect("an output")),
        other => Err(other),
    }
}

fn export(name: &str) -> PsaExportKey {
    PsaExportKey {
        key_name: name.to_owned(),
    }
}

fn destroy(name: &str) -> PsaDestroyKey {
    PsaDestroyKey {
        key_name: name.to_owned(),
    }
}

#[derive(Debug, Clone)]
enum Step {
    Import(&'static str, u8),
    Export(&'static str),
    Destroy(&'static str),
    Rename(&'static str, &'static str),
    List,
}

fn step() -> impl Strategy<Value = Step> {
    let name = || select(&NAMES[..]);
    prop_oneof![
        (name(), any::<u8>()).prop_map(|(name, data)| Step::Import(name, data)),
        name().prop_map(Step::Export),
        name().prop_map(Step::Destroy),
        (name(), name()).prop_map(|(old, new)| Step::Rename(old, new)),
        Just(Step::List),
    ]
}

/// What each must see: names, and the byte that the material is made of.
type Model = BTreeMap<(usize, &'static str), u8>;

fn check(wire: &mut Wire, model: &mut Model, who: usize, step: &Step) {
    let missing = Err(Status::PsaErrorDoesNotExist);
    let taken = Err(Status::PsaErrorAlreadyExists);
    match *step {
        Step::Import(name, data) => {
            let expected = if model.contains_key(&(who, name)) {
                taken
            } else {
                Ok(())
            };
            let answer = call(wire, who, exportable(name, &[data; 16])).map(drop);
            assert_eq!(answer, expected);
            model.entry((who, name)).or_insert(data);
        }
        Step::Export(name) => {
            let expected = model.get(&(who, name)).map(|data| vec![*data; 16]);
            let answer = call(wire, who, export(name));
            let answer = answer.map(|output| output.data.expose().to_vec());
            assert_eq!(answer, expected.ok_or(Status::PsaErrorDoesNotExist));
        }
        Step::Destroy(name) => {
            let expected = if model.remove(&(who, name)).is_some() {
                Ok(())
            } else {
                missing
            };
            assert_eq!(call(wire, who, destroy(name)).map(drop), expected);
        }
        Step::Rename(old, new) => {
            let rename = RenameKey {
                key_name: old.to_owned(),
                new_key_name: new.to_owned(),
            };
            let answer = call(wire, who, rename).map(drop);
            let expected = match model.get(&(who, old)).copied() {
                None => missing,
                Some(_) if old != new && model.contains_key(&(who, new)) => taken,
                Some(data) => {
                    model.remove(&(who, old));
                    model.insert((who, new), data);
                    Ok(())
                }
            };
            assert_eq!(answer, expected);
        }
        Step::List => assert_eq!(names(wire, who), expected_names(model, who)),
    }
}

fn names(wire: &mut Wire, who: usize) -> Vec<String> {
    let keys = call(wire, who, ListKeys {}).expect("a list").keys;
    keys.into_iter().map(|key| key.name).collect()
}

fn expected_names(model: &Model, who: usize) -> Vec<String> {
    let own = model.keys().filter(|(owner, _)| *owner == who);
    own.map(|(_, name)| (*name).to_owned()).collect()
}

#[test]
fn whatever_several_identities_do_each_sees_what_a_simple_model_says() {
    let scratch = both_authenticators();
    let config = ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(steps in vec((0..IDENTITIES, step()), 1..40))| {
        let mut wire = scratch.wire();
        let mut model = Model::new();
        for (who, step) in &steps {
            check(&mut wire, &mut model, *who, step);
        }
        for who in 0..IDENTITIES {
            prop_assert_eq!(names(&mut wire, who), expected_names(&model, who));
            for name in names(&mut wire, who) {
                call(&mut wire, who, destroy(&name)).expect("its own key");
            }
        }
    });
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[test]
fn anothers_key_takes_as_long_to_be_missing_as_one_that_nobody_has() {
    let scratch = both_authenticators();
    let mut wire = scratch.wire();
    call(&mut wire, 1, exportable("taken", &[1; 16])).expect("a key");
    let mut time = |name: &str| {
        let bytes = request_of(2, export(name));
        let start = Instant::now();
        wire.send(&bytes);
        assert_eq!(wire.status(), Status::PsaErrorDoesNotExist);
        start.elapsed()
    };
    // The two take turns in either order, so that whatever else the machine does, and whatever
    // goes round in the service, meets both alike.
    let (mut others, mut nobodys) = (Vec::new(), Vec::new());
    for round in 0..3000 {
        if round % 2 == 0 {
            others.push(time("taken"));
            nobodys.push(time("never"));
        } else {
            nobodys.push(time("never"));
            others.push(time("taken"));
        }
    }
    let (others, nobodys) = (median(others), median(nobodys));
    let ratio = others.as_secs_f64() / nobodys.as_secs_f64();
    println!("another's key: {others:?}, nobody's: {nobodys:?}");
    assert!(
        (0.9..1.1).contains(&ratio),
        "another's {others:?}, nobody's {nobodys:?}"
    );
}

#[test]
fn the_log_does_not_tell_anothers_key_from_one_that_nobody_has() {
    let noisy = "allow_root = true\nlog_level = \"debug\"\nlog_error_details = true";
    let log_of_probing = |is_there: bool| {
        let scratch = Scratch::serving("allow_root = true", noisy);
        let mut wire = scratch.wire();
        let keys = if is_there {
            "secret-name"
        } else {
            "other-name"
        };
        assert_eq!(
            wire.call("web", exportable(keys, &[1; 16])),
            Status::Success
        );
        let before = scratch.log().len();
        for _ in 0..2 {
            assert_eq!(
                wire.call("mail", export("secret-name")),
                Status::PsaErrorDoesNotExist
            );
            assert_eq!(
                wire.call("mail", destroy("secret-name")),
                Status::PsaErrorDoesNotExist
            );
        }
        assert!(wire.answers());
        let log = scratch.log();
        assert!(!log.contains("secret-name"), "{log}");
        // How long each took is another test's matter.
        let without_times = log[before..]
            .lines()
            .map(|line| line.split(" took=").next());
        without_times.flatten().collect::<Vec<_>>().join("\n")
    };
    let (there, not_there) = (log_of_probing(true), log_of_probing(false));
    assert!(
        there.contains("PsaExportKey") || there.contains("psa_export_key"),
        "{there}"
    );
    assert_eq!(there, not_there);
}
