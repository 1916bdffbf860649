//! Requests to a running service.

use std::fs;

use parsec_contracts::Status;
use parsec_contracts::operations::{PsaCopyKey, PsaDestroyKey, PsaGenerateKey, RenameKey};
use parsec_harness::{Reply, Service, Wire};

use super::strace::{Attached, Call, attaching, calls_of_start, kill_start};
use super::{
    Keys, assert_sound, call, data_attributes, data_of, import, listed, make_keys, sample,
};
use crate::needs::{Outcome, trials};

trials!(a_request_killed_at_any_system_call_and_during_restart_is_atomic);

/// A change that a request makes.
struct Change {
    what: &'static str,
    /// Sends the request. Its subject exists; its product does not.
    send: fn(&mut Wire, subject: &str, product: &str) -> std::io::Result<Reply>,
    keeps_subject: bool,
    makes_product: bool,
}

const CHANGES: [Change; 5] = [
    Change {
        what: "generate",
        send: |wire, _, product| {
            let generate = PsaGenerateKey {
                key_name: product.to_owned(),
                attributes: data_attributes(16),
            };
            call(wire, generate)
        },
        keeps_subject: true,
        makes_product: true,
    },
    Change {
        what: "import",
        send: |wire, _, product| call(wire, import(product, &data_of(product))),
        keeps_subject: true,
        makes_product: true,
    },
    Change {
        what: "copy",
        send: |wire, subject, product| {
            let copy = PsaCopyKey {
                source_key_name: subject.to_owned(),
                key_name: product.to_owned(),
                attributes: data_attributes(data_of(subject).len()),
                lifetime: None,
            };
            call(wire, copy)
        },
        keeps_subject: true,
        makes_product: true,
    },
    Change {
        what: "rename",
        send: |wire, subject, product| {
            let rename = RenameKey {
                key_name: subject.to_owned(),
                new_key_name: product.to_owned(),
            };
            call(wire, rename)
        },
        keeps_subject: false,
        makes_product: true,
    },
    Change {
        what: "destroy",
        send: |wire, subject, _| {
            let key_name = subject.to_owned();
            call(wire, PsaDestroyKey { key_name })
        },
        keeps_subject: false,
        makes_product: false,
    },
];

/// A service, the expected state of its keys, and the number of changes so far.
struct Trial {
    service: Service,
    kept: Keys,
    number: usize,
    kills: usize,
}

impl Trial {
    /// Prepares a change; returns the names of its subject and its product.
    fn prepare(&mut self) -> (String, String) {
        self.number += 1;
        let subject = format!("subject-{}", self.number);
        make_keys(&self.service, &[&subject]);
        self.kept.insert(subject.clone(), data_of(&subject));
        (subject, format!("product-{}", self.number))
    }

    /// Returns the system calls of a change that is not killed. It is the first change of the
    /// process, like the one that will be killed.
    fn calls(&mut self, change: &Change) -> Vec<Call> {
        let (subject, product) = self.prepare();
        self.service.restart();
        let mut wire = self.service.wire();
        let attached = Attached::recording(&self.service);
        let reply = (change.send)(&mut wire, &subject, &product).unwrap();
        assert_eq!(reply.status(), Status::Success, "{}", change.what);
        let calls = attached.calls(&self.service);
        self.check(change, &subject, &product, true, change.what);
        calls
    }

    /// Kills the service at a system call of a change, and again at one of its next start.
    fn kill(&mut self, change: &Change, at: &Call, at_start: &Call) {
        let when = format!("{} at {at:?}, then the start at {at_start:?}", change.what);
        let (subject, product) = self.prepare();
        self.service.restart();
        let mut wire = self.service.wire();
        let attached = Attached::killing(&self.service, at);
        let reply = (change.send)(&mut wire, &subject, &product);
        // strace still has to see the service exit, if it did not kill it.
        self.service.kill();
        drop(attached);
        self.kills += usize::from(reply.is_err());
        let is_acknowledged = reply.is_ok_and(|reply| reply.status() == Status::Success);
        self.kills += usize::from(kill_start(&self.service, at_start));
        self.service.launch();
        self.check(change, &subject, &product, is_acknowledged, &when);
        assert_sound(&self.service, &when);
    }

    /// Checks that the change is complete or absent, complete if acknowledged, and that nothing
    /// else changed.
    fn check(&mut self, change: &Change, subject: &str, product: &str, is_done: bool, when: &str) {
        let mut found = listed(&self.service, when);
        let made = found.remove(product);
        let mut undone = self.kept.clone();
        let mut done = undone.clone();
        if !change.keeps_subject {
            done.remove(subject);
        }
        let seems_done = match change.makes_product {
            true => made.is_some(),
            false => !found.contains_key(subject),
        };
        assert!(seems_done || !is_done, "{when}: it was acknowledged");
        let expected = if seems_done { &mut done } else { &mut undone };
        assert_eq!(&found, expected, "{when}");
        if let Some(made) = made {
            assert!(!made.is_empty(), "{when}");
            expected.insert(product.to_owned(), made);
        }
        self.kept = expected.clone();
    }
}

fn a_request_killed_at_any_system_call_and_during_restart_is_atomic() -> Outcome {
    attaching()?;
    let mut trial = Trial {
        service: Service::direct(),
        kept: Keys::new(),
        number: 0,
        kills: 0,
    };
    trial.service.kill();
    let start = calls_of_start(&trial.service);
    assert!(start.len() > 10, "{start:?}");
    trial.service.launch();
    let mut round = 0;
    for change in &CHANGES {
        let calls = trial.calls(change);
        let syncs = calls.iter().any(|(name, _)| name.ends_with("sync"));
        assert!(syncs, "{}: {calls:?}", change.what);
        for at in sample(&calls, round, 3) {
            trial.kill(change, at, &start[round * 7 % start.len()]);
            round += 1;
        }
    }
    assert!(trial.kills > CHANGES.len(), "only {} kills", trial.kills);
    let left = fs::read_dir(trial.service.state_dir()).unwrap().count();
    assert!(left < 10, "{left} files are left");
    Ok(())
}
