//! A replaced or cleared TPM: its keys are kept, and no key is created on the other TPM.

use std::process::Command;

use parsec_contracts::Status;
use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_harness::{Service, Swtpm, keys};

use crate::devices::{HASH, TPM, auth, destroy, generate, names, sign};

fn config(swtpm: &Swtpm, handle: &str) -> String {
    format!(
        "{}\n[[provider]]\nprovider_type = \"Tpm\"\nname = \"tpm\"\ntcti = \"{}\"\n{handle}\n",
        Service::direct_config(),
        swtpm.tcti()
    )
}

fn start(swtpm: &Swtpm, handle: &str) -> Service {
    Service::builder()
        .config(config(swtpm, handle))
        .env("TSS2_LOG", "all+NONE")
        .start()
}

fn refusal(service: &Service) -> (Status, String) {
    let sign = keys::sign("key", &HASH);
    let reply = service.wire().call(TPM, &auth(), EXTENSIONS, sign).unwrap();
    (reply.status(), reply.detail().message)
}

fn persistent_handles(swtpm: &Swtpm) -> String {
    let output = Command::new("tpm2_getcap")
        .args(["--tcti", &swtpm.tcti(), "handles-persistent"])
        .output()
        .expect("tpm2-tools are installed; `cargo xtask test` does it");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_different_tpm_is_refused_and_other_providers_work() {
    let (mine, other) = (Swtpm::start(), Swtpm::start());
    let handle = "storage_key_handle = 0x81000001";
    let mut service = start(&mine, handle);
    assert_eq!(generate(&mut service.wire(), TPM, "key"), Status::Success);

    service.reconfigure(&config(&other, handle)).unwrap();
    let mut wire = service.wire();
    assert_eq!(generate(&mut wire, 1, "soft"), Status::Success);
    assert_eq!(names(&service, TPM).len(), 1);
    let (status, message) = refusal(&service);
    assert_eq!(status, Status::PsaErrorCommunicationFailure);
    assert_eq!(
        message.matches("storage key has the name").count(),
        2,
        "{message}"
    );
    assert!(message.contains("store rebind"), "{message}");
    assert_ne!(destroy(&mut wire, TPM, "key"), Status::Success);
    assert_ne!(generate(&mut wire, TPM, "new"), Status::Success);
    service.terminate();
    // The other TPM was not changed.
    assert_eq!(persistent_handles(&other), "");

    service.reconfigure(&config(&mine, handle)).unwrap();
    sign(&mut service.wire(), TPM, "key").unwrap();

    // Permanently replaced.
    service.terminate();
    service.configure(&config(&other, handle));
    let rebind = ["--config", "config.toml", "store", "rebind", "tpm"];
    let done = service.run(&rebind);
    assert!(done.status.success(), "{done:?}");
    service.restart();
    let mut wire = service.wire();
    assert_eq!(generate(&mut wire, TPM, "new"), Status::Success);
    let (status, message) = refusal(&service);
    assert_eq!(status, Status::PsaErrorCommunicationFailure);
    assert!(message.contains("missing from the TPM"), "{message}");
    assert_ne!(destroy(&mut wire, TPM, "key"), Status::Success);
    assert_eq!(names(&service, TPM).len(), 2);
    assert_eq!(destroy(&mut wire, TPM, "new"), Status::Success);
}

#[test]
fn a_cleared_tpm_counts_as_a_different_one() {
    let swtpm = Swtpm::start();
    let mut service = start(&swtpm, "");
    assert_eq!(generate(&mut service.wire(), TPM, "key"), Status::Success);
    service.terminate();
    let cleared = Command::new("tpm2_clear")
        .args(["--tcti", &swtpm.tcti(), "-c", "p"])
        .output()
        .expect("tpm2-tools are installed; `cargo xtask test` does it");
    assert!(cleared.status.success(), "{cleared:?}");
    service.restart();
    let (status, message) = refusal(&service);
    assert_eq!(status, Status::PsaErrorCommunicationFailure);
    assert_eq!(
        message.matches("storage key has the name").count(),
        2,
        "{message}"
    );
    assert_eq!(names(&service, TPM).len(), 1);
    assert_eq!(generate(&mut service.wire(), 1, "soft"), Status::Success);
}

#[test]
fn a_key_is_not_destroyed_while_its_tpm_is_gone() {
    let mut swtpm = Swtpm::start();
    let service = start(&swtpm, "");
    let mut wire = service.wire();
    assert_eq!(generate(&mut wire, TPM, "key"), Status::Success);
    swtpm.kill();
    assert_eq!(
        destroy(&mut wire, TPM, "key"),
        Status::PsaErrorCommunicationFailure
    );
    assert_eq!(names(&service, TPM).len(), 1);
    swtpm.restart();
    sign(&mut wire, TPM, "key").unwrap();
    assert_eq!(destroy(&mut wire, TPM, "key"), Status::Success);
}
