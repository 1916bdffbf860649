//! Tokens with missing objects, replaced tokens, and tokens that are unavailable for a while: no
//! key is lost, and no missing key is destroyed.

use std::fs;
use std::path::{Path, PathBuf};

use parsec_contracts::Status;
use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_contracts::operations::{
    DeleteClient, GetKeyAttributes, ListClientUsage, ListMissingKeys, PsaDestroyKey, RevokeKey,
};
use parsec_contracts::types::ClientId;
use parsec_harness::{Service, SoftHsm, eventually, keys};

use crate::devices::{HASH, PKCS11, auth, destroy, generate, names, on_token, sign, verify};

const LABEL: &str = "the token";
const KEYS: [&str; 3] = ["a", "b", "c"];

/// A service with software keys and one token.
struct Rig {
    softhsm: SoftHsm,
    service: Service,
}

impl Rig {
    fn start() -> Self {
        let softhsm = SoftHsm::with_tokens(&[LABEL]);
        let config = format!(
            "{}\n[[provider]]\nprovider_type = \"Pkcs11\"\nname = \"hsm\"\nlibrary_path = {:?}\n\
             token_label = \"{LABEL}\"\nuser_pin = \"{}\"\n",
            Service::direct_config(),
            SoftHsm::library(),
            SoftHsm::PIN,
        );
        let service = Service::builder()
            .config(config)
            .env("SOFTHSM2_CONF", softhsm.config())
            .start();
        Self { softhsm, service }
    }

    /// Adds keys.
    fn with_keys() -> Self {
        let rig = Self::start();
        for name in KEYS {
            let made = generate(&mut rig.service.wire(), PKCS11, name);
            assert_eq!(made, Status::Success);
        }
        rig
    }

    /// Returns the reason why the token's provider refuses to sign.
    fn refusal(&self, name: &str) -> (Status, String) {
        let sign = keys::sign(name, &HASH);
        let reply = self.service.wire().call(PKCS11, &auth(), EXTENSIONS, sign);
        let reply = reply.unwrap();
        (reply.status(), reply.detail().message)
    }

    fn missing(&self) -> Vec<String> {
        missing_of(&self.service, false, "web")
    }

    fn objects(&self) -> usize {
        on_token(&self.softhsm, LABEL, "privkey").len()
    }

    /// Checks that all keys sign, with valid signatures.
    fn assert_all_work(&self) {
        let mut wire = self.service.wire();
        for name in KEYS {
            let signature = sign(&mut wire, PKCS11, name).unwrap();
            verify(&mut wire, PKCS11, name, &signature);
        }
    }

    /// Waits until all keys sign.
    fn assert_all_come_back(&self) {
        for name in KEYS {
            eventually(format!("{name} signs"), || {
                sign(&mut self.service.wire(), PKCS11, name).is_ok()
            });
        }
        self.assert_all_work();
        eventually("nothing is missing", || self.missing().is_empty());
    }
}

fn missing_of(service: &Service, all_clients: bool, caller: &str) -> Vec<String> {
    let list = ListMissingKeys {
        all_clients,
        after: 0,
    };
    let reply = service.wire().ask_extended(caller, list);
    let missing = reply.output::<ListMissingKeys>().unwrap().keys;
    missing.into_iter().map(|key| key.key_name).collect()
}

fn tokens(softhsm: &SoftHsm) -> PathBuf {
    softhsm.config().with_file_name("tokens")
}

/// Moves the entries of a folder away until [`Aside::back`].
struct Aside {
    from: PathBuf,
    to: tempfile::TempDir,
}

impl Aside {
    fn take(from: &Path, is_taken: impl Fn(&str) -> bool) -> Self {
        let to = tempfile::tempdir_in(from.parent().unwrap()).unwrap();
        let aside = Self {
            from: from.to_owned(),
            to,
        };
        move_entries(&aside.from, aside.to.path(), is_taken);
        aside
    }

    fn back(self) {
        move_entries(self.to.path(), &self.from, |_| true);
    }
}

fn move_entries(from: &Path, to: &Path, is_moved: impl Fn(&str) -> bool) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if is_moved(&name) {
            fs::rename(entry.path(), to.join(name)).unwrap();
        }
    }
}

/// Removes the objects from the only token.
fn hide_objects(softhsm: &SoftHsm) -> Aside {
    let token = fs::read_dir(tokens(softhsm)).unwrap().next().unwrap();
    Aside::take(&token.unwrap().path(), |name| {
        name.ends_with(".object") && name != "token.object"
    })
}

fn hide_token(softhsm: &SoftHsm) -> Aside {
    Aside::take(&tokens(softhsm), |_| true)
}

#[test]
fn keys_missing_at_start_are_kept_and_work_again_later() {
    let mut rig = Rig::with_keys();
    rig.service.terminate();
    let hidden = hide_objects(&rig.softhsm);
    rig.service.restart();
    assert_eq!(names(&rig.service, PKCS11).len(), KEYS.len());
    assert_eq!(rig.missing(), KEYS);
    assert_eq!(missing_of(&rig.service, true, "admin"), KEYS);
    let mut wire = rig.service.wire();
    let usage = wire.output("admin", ListClientUsage {}).clients;
    assert!(usage.iter().any(|one| one.missing_keys == 3), "{usage:?}");
    let all = ListMissingKeys {
        all_clients: true,
        after: 0,
    };
    assert_eq!(
        wire.ask_extended("web", all).status(),
        Status::AdminOperation
    );
    let key_name = "a".to_owned();
    let reply = wire.call(PKCS11, &auth(), EXTENSIONS, GetKeyAttributes { key_name });
    assert!(
        reply
            .unwrap()
            .output::<GetKeyAttributes>()
            .unwrap()
            .is_missing
    );

    let (status, message) = rig.refusal("a");
    assert_eq!(status, Status::PsaErrorCommunicationFailure);
    assert!(
        message.contains("the key's object is missing from the token"),
        "{message}"
    );
    // A missing key is not destroyed.
    assert_eq!(
        destroy(&mut wire, PKCS11, "a"),
        Status::PsaErrorCommunicationFailure
    );
    assert_eq!(names(&rig.service, PKCS11).len(), KEYS.len());
    // The token itself works.
    assert_eq!(generate(&mut wire, PKCS11, "new"), Status::Success);
    sign(&mut wire, PKCS11, "new").unwrap();

    hidden.back();
    rig.assert_all_come_back();
    assert_eq!(rig.objects(), KEYS.len() + 1);
    assert_eq!(destroy(&mut wire, PKCS11, "a"), Status::Success);
    rig.service.restart();
    assert_eq!(rig.objects(), KEYS.len());
    assert_eq!(names(&rig.service, PKCS11).len(), KEYS.len());
}

#[test]
fn a_key_that_becomes_missing_at_run_time_is_not_destroyed() {
    let mut rig = Rig::with_keys();
    rig.assert_all_work();
    let hidden = hide_objects(&rig.softhsm);
    for name in KEYS {
        let status = destroy(&mut rig.service.wire(), PKCS11, name);
        assert_ne!(status, Status::Success, "{name}");
    }
    assert_eq!(names(&rig.service, PKCS11).len(), KEYS.len());
    hidden.back();
    rig.assert_all_come_back();
    rig.service.restart();
    rig.assert_all_work();
    assert_eq!(rig.objects(), KEYS.len());
}

#[test]
fn missing_keys_removed_by_an_administrator_are_deleted_when_they_return() {
    let mut rig = Rig::with_keys();
    rig.service.terminate();
    let hidden = hide_objects(&rig.softhsm);
    rig.service.restart();
    let mut wire = rig.service.wire();
    wire.output(
        "admin",
        RevokeKey {
            client: ClientId {
                authenticator: 1,
                name: "web".to_owned(),
            },
            provider_id: PKCS11.into(),
            key_name: "a".to_owned(),
        },
    );
    assert_eq!(names(&rig.service, PKCS11).len(), KEYS.len() - 1);
    // A new key of the same name is a different key.
    assert_eq!(generate(&mut wire, PKCS11, "a"), Status::Success);
    rig.service.terminate();
    hidden.back();
    rig.service.restart();
    rig.assert_all_work();
    assert_eq!(rig.objects(), KEYS.len());
    let client = "web".to_owned();
    rig.service.wire().output("admin", DeleteClient { client });
    assert_eq!(rig.objects(), 0);
}

#[test]
fn a_different_token_with_the_same_label_and_pin_is_refused() {
    let mut rig = Rig::with_keys();
    let other = SoftHsm::with_tokens(&[LABEL]);
    rig.service.terminate();
    let mine = hide_token(&rig.softhsm);
    move_entries(&tokens(&other), &tokens(&rig.softhsm), |_| true);
    rig.service.restart();
    assert_eq!(
        generate(&mut rig.service.wire(), 1, "soft"),
        Status::Success
    );
    assert_eq!(names(&rig.service, PKCS11).len(), KEYS.len());
    assert_eq!(rig.missing(), KEYS);
    let (status, message) = rig.refusal("a");
    assert_eq!(status, Status::PsaErrorCommunicationFailure);
    assert_eq!(message.matches("the serial number").count(), 2, "{message}");
    assert!(message.contains("store rebind"), "{message}");
    let mut wire = rig.service.wire();
    assert_ne!(destroy(&mut wire, PKCS11, "a"), Status::Success);
    assert_ne!(generate(&mut wire, PKCS11, "new"), Status::Success);
    assert_eq!(rig.objects(), 0);
    let check = check(&rig);
    assert_eq!(check.matches("the serial number").count(), 2, "{check}");

    // The old token returns while the service runs.
    move_entries(&tokens(&rig.softhsm), &tokens(&other), |_| true);
    mine.back();
    rig.assert_all_come_back();
    assert_eq!(generate(&mut wire, PKCS11, "new"), Status::Success);
    rig.service.restart();
    assert_eq!(rig.objects(), KEYS.len() + 1);
}

/// Runs `--check` on a service that does not start or has missing keys.
fn check(rig: &Rig) -> String {
    let output = rig
        .service
        .command()
        .args(["--config", "config.toml", "--check"])
        .env("SOFTHSM2_CONF", rig.softhsm.config())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(6), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn check_counts_missing_keys_and_changes_nothing() {
    let mut rig = Rig::with_keys();
    rig.service.terminate();
    let hidden = hide_objects(&rig.softhsm);
    let text = check(&rig);
    assert!(text.contains("3 of 3 keys are missing"), "{text}");
    hidden.back();
    rig.service.restart();
    assert!(rig.missing().is_empty());
    rig.assert_all_work();
}

#[test]
fn a_replaced_token_is_used_after_a_rebind() {
    let mut rig = Rig::with_keys();
    let other = SoftHsm::with_tokens(&[LABEL]);
    rig.service.terminate();
    let mine = hide_token(&rig.softhsm);
    move_entries(&tokens(&other), &tokens(&rig.softhsm), |_| true);
    let rebind = |name: &str| {
        let arguments = ["--config", "config.toml", "store", "rebind", name];
        rig.service.run(&arguments)
    };
    let wrong = rebind("no such token");
    assert!(!wrong.status.success());
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("hsm"));
    let done = rebind("hsm");
    assert!(done.status.success(), "{done:?}");
    assert!(String::from_utf8_lossy(&done.stdout).contains("was bound to the token"));
    rig.service.restart();
    let mut wire = rig.service.wire();
    assert_eq!(generate(&mut wire, PKCS11, "new"), Status::Success);
    // The old keys are missing until an administrator removes them.
    assert_eq!(rig.missing(), KEYS);
    assert_ne!(destroy(&mut wire, PKCS11, "a"), Status::Success);
    // The old token is now the wrong one.
    rig.service.terminate();
    move_entries(&tokens(&rig.softhsm), &tokens(&other), |_| true);
    mine.back();
    rig.service.restart();
    assert_eq!(rig.refusal("a").0, Status::PsaErrorCommunicationFailure);
}

#[test]
fn a_token_absent_at_start_affects_only_its_provider() {
    let mut rig = Rig::with_keys();
    rig.service.terminate();
    let hidden = hide_token(&rig.softhsm);
    rig.service.restart();
    assert_eq!(
        generate(&mut rig.service.wire(), 1, "soft"),
        Status::Success
    );
    assert_eq!(rig.missing(), KEYS);
    let (status, message) = rig.refusal("a");
    assert_eq!(status, Status::PsaErrorCommunicationFailure);
    assert!(message.contains("the library lists no token"), "{message}");
    hidden.back();
    rig.assert_all_come_back();
    let mut wire = rig.service.wire();
    assert_eq!(generate(&mut wire, PKCS11, "new"), Status::Success);
}

#[test]
fn a_token_is_used_again_after_a_short_absence() {
    let rig = Rig::with_keys();
    let mut wire = rig.service.wire();
    for round in 0..3 {
        rig.assert_all_work();
        let hidden = hide_token(&rig.softhsm);
        // Requests in the meantime fail, and lose nothing.
        if round > 0 {
            let _ = sign(&mut wire, PKCS11, "a");
            let destroyed = destroy(&mut wire, PKCS11, "b");
            assert_ne!(destroyed, Status::Success);
            assert_ne!(generate(&mut wire, PKCS11, "c2"), Status::Success);
        }
        hidden.back();
        rig.assert_all_come_back();
        let name = format!("made-{round}");
        eventually("the token makes keys", || {
            generate(&mut wire, PKCS11, &name) == Status::Success
        });
        sign(&mut wire, PKCS11, &name).unwrap();
        let key_name = name.clone();
        let destroy = PsaDestroyKey { key_name };
        let reply = wire.call(PKCS11, &auth(), EXTENSIONS, destroy);
        assert_eq!(reply.unwrap().status(), Status::Success);
    }
    assert_eq!(rig.objects(), KEYS.len());
}
