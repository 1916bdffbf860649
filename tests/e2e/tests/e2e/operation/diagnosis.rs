//! `parsec-service --check` and `parsec doctor` describe each problem and its solution.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use parsec_harness::{Devices, SoftHsm};

/// Returns the output of `--check` about a provider, and its exit code.
fn check(provider: &str, softhsm: &SoftHsm) -> (i32, String) {
    check_with(provider, softhsm, &[])
}

/// The same, with additional environment variables.
fn check_with(provider: &str, softhsm: &SoftHsm, variables: &[(&str, &Path)]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    let text = format!(
        "[core_settings]\nallow_root = true\n[listener]\nlistener_type = \"DomainSocket\"\n\
         [authenticator]\nauth_type = \"Direct\"\n[key_store]\npath = \"keys/unused\"\n\
         [[provider]]\n{provider}\n"
    );
    fs::write(&config, text).unwrap();
    let output = Command::new(parsec_harness::service_binary())
        .arg("--check")
        .arg("--config")
        .arg(&config)
        .env("SOFTHSM2_CONF", softhsm.config())
        .env("TSS2_LOG", "all+NONE")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), printed)
}

#[test]
fn check_describes_problems_of_a_device() {
    let devices = Devices::start();
    let softhsm = &devices.softhsm;
    let tpm = |tcti: &str| format!("provider_type = \"Tpm\"\ntcti = {tcti:?}");
    let token = |settings: &str| {
        let library = SoftHsm::library();
        format!("provider_type = \"Pkcs11\"\nlibrary_path = {library:?}\n{settings}")
    };
    let with_pin = |pin: &str| {
        token(&format!(
            "token_label = \"first token\"\nuser_pin = {pin:?}"
        ))
    };
    for working in [tpm(&devices.swtpm.tcti()), with_pin(SoftHsm::PIN)] {
        let (code, printed) = check(&working, softhsm);
        assert_eq!(code, 0, "{printed}");
    }
    let no_library = "provider_type = \"Pkcs11\"\nlibrary_path = \"/nowhere/p11.so\"";
    let no_module = "provider_type = \"Pkcs11\"\nlibrary_path = \"/etc/passwd\"";
    for (wrong, remedy) in [
        (tpm("device:/nowhere/tpmrm0"), "switch the TPM on"),
        (tpm("swtpm:host=127.0.0.1,port=1"), "start it there"),
        (no_library.to_owned(), "install the vendor's package"),
        (no_module.to_owned(), "PKCS #11 library for this machine"),
        (token("token_label = \"other\""), "there is \"first token\""),
        (token(""), "choose one with serial_number"),
        (token("token_label = \"first token\""), "requires a PIN"),
        (with_pin("000000"), "refused the PIN"),
        (with_pin(SoftHsm::PIN), "log in once manually"),
    ] {
        let (code, printed) = check(&wrong, softhsm);
        assert_eq!(code, 6, "{printed}");
        assert!(printed.contains(remedy), "{remedy}: {printed}");
        assert_eq!(
            printed
                .lines()
                .filter(|line| line.contains("does not start"))
                .count(),
            1
        );
        assert!(!printed.contains("000000"), "{printed}");
    }
}

#[test]
fn a_pin_is_read_from_its_configured_source_when_opening_the_token() {
    let softhsm = SoftHsm::with_tokens(&["token"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hsm-pin");
    fs::write(&file, format!("{}\n", SoftHsm::PIN)).unwrap();
    let variables = [
        ("CREDENTIALS_DIRECTORY", folder.path()),
        ("THE_PIN", Path::new(SoftHsm::PIN)),
    ];
    let token = |place: &str| {
        let library = SoftHsm::library();
        format!(
            "provider_type = \"Pkcs11\"\nlibrary_path = {library:?}\ntoken_label = \"token\"\n{place}"
        )
    };
    for place in [
        "user_pin_credential = \"hsm-pin\"",
        "user_pin_env = \"THE_PIN\"",
        &format!("user_pin_file = {file:?}"),
    ] {
        let (code, printed) = check_with(&token(place), &softhsm, &variables);
        assert_eq!(code, 0, "{printed}");
        assert!(printed.contains("pkcs11-provider: "), "{printed}");
        assert!(!printed.contains("not tried"), "{printed}");
        assert!(!printed.contains(SoftHsm::PIN), "{printed}");
    }
    // A token is not reported as absent if its PIN is.
    let absent = token("user_pin_file = \"/nowhere\"\nskip_if_no_token = true");
    let (code, printed) = check(&absent, &softhsm);
    assert_eq!(code, 6, "{printed}");
    assert!(
        printed.contains("`user_pin_file`: the PIN's file /nowhere"),
        "{printed}"
    );
}

#[test]
fn the_doctor_names_a_device_that_does_not_respond() {
    let mut devices = Devices::start();
    let service = devices.service().start();
    let doctor = || {
        let output = Command::new(parsec_harness::cli())
            .args(["--application", "web", "doctor"])
            .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), printed)
    };
    let (code, printed) = doctor();
    assert_eq!(code, 0, "{printed}");
    for name in ["software", "pkcs11", "tpm", "second-pkcs11"] {
        assert!(
            printed.contains(&format!("ok: {name} responds")),
            "{printed}"
        );
    }
    devices.swtpm.kill();
    let (code, printed) = doctor();
    assert_eq!(code, 6, "{printed}");
    assert!(printed.contains("failed: tpm: "), "{printed}");
    assert!(printed.contains("ok: pkcs11 responds"), "{printed}");
}

#[test]
fn the_doctor_explains_why_the_service_does_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    let text = "[core_settings]\nallow_root = true\n[listener]\nlistener_type = \"DomainSocket\"\n\
                [authenticator]\nauth_type = \"Direct\"\n[key_store]\npath = \"/tmp/unused\"\n\
                [[provider]]\nprovider_type = \"Tpm\"\ntcti = \"device:/nowhere/tpmrm0\"\n";
    fs::write(&config, text).unwrap();
    let programs = parsec_harness::service_binary().parent().unwrap();
    let output = Command::new(parsec_harness::cli())
        .args(["--application", "web", "doctor", "--config"])
        .arg(&config)
        .env("PARSEC_SERVICE_ENDPOINT", "unix:/nowhere/parsec.sock")
        .env("PATH", programs)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5));
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(printed.contains("switch the TPM on"), "{printed}");
    assert!(printed.contains("/nowhere/parsec.sock"), "{printed}");
}
