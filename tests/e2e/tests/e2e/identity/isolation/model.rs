//! Several identities with keys of the same names: each sees only its own, in statuses, timing and
//! the log.

use std::collections::BTreeMap;

use parsec_contracts::operations::{ListKeys, PsaDestroyKey, PsaExportKey, RenameKey};
use parsec_contracts::{Operation, Status};
use parsec_harness::{Auth, Service, Wire, keys, usual_provider};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// One identity from the kernel, and the same name and another from the direct authenticator.
const IDENTITIES: usize = 3;
const NAMES: [&str; 3] = ["a", "b", "c"];

fn both_authenticators() -> Service {
    let both = "[[authenticator]]\nauth_type = \"UnixPeerCredentials\"\n\n\
                [[authenticator]]\nauth_type = \"Direct\"";
    Service::direct_with("[authenticator]\nauth_type = \"Direct\"", both)
}

fn identity(who: usize) -> Auth {
    let uid = rustix::process::getuid().as_raw();
    match who {
        0 => Auth::me(),
        1 => Auth::direct(uid.to_string()),
        _ => Auth::direct("mail"),
    }
}

fn call<O: Operation>(wire: &mut Wire, who: usize, operation: O) -> Result<O::Output, Status> {
    let provider = usual_provider::<O>();
    let reply = wire.call(provider, &identity(who), 0, operation).unwrap();
    match reply.status() {
        Status::Success => Ok(reply.output::<O>().expect("an output")),
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

/// The expected state of each identity: key names, and the byte that fills the material.
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
            let answer = call(wire, who, keys::exportable(name, &[data; 16])).map(drop);
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
fn several_identities_behave_like_a_simple_model() {
    let service = both_authenticators();
    let config = ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(steps in vec((0..IDENTITIES, step()), 1..40))| {
        let mut wire = service.wire();
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

#[test]
fn the_log_does_not_reveal_whether_a_key_exists() {
    let noisy = "allow_root = true\nlog_level = \"debug\"\nlog_error_details = true";
    let log_of_probing = |is_there: bool| {
        let service = Service::direct_with("allow_root = true", noisy);
        let mut wire = service.wire();
        let keys = if is_there {
            "secret-name"
        } else {
            "other-name"
        };
        assert_eq!(
            wire.ask("web", keys::exportable(keys, &[1; 16])),
            Status::Success
        );
        let before = service.log().len();
        for _ in 0..2 {
            assert_eq!(
                wire.ask("mail", export("secret-name")),
                Status::PsaErrorDoesNotExist
            );
            assert_eq!(
                wire.ask("mail", destroy("secret-name")),
                Status::PsaErrorDoesNotExist
            );
        }
        assert!(wire.answers());
        let log = service.log();
        assert!(!log.contains("secret-name"), "{log}");
        // `parsec-bench-neighbours` compares the times.
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
