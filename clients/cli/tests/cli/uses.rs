//! Keys whose provider does not support every command.

use std::fs;

use parsec_harness::Devices;
use tempfile::TempDir;

use crate::shell::Shell;

#[test]
fn unsupported_commands_name_the_provider_and_option_to_use() {
    let devices = Devices::start();
    let shell = Shell {
        service: devices.service().start(),
        folder: TempDir::new().unwrap(),
    };
    let run = |line: &str| shell.parsec(&format!("--application web {line}"));
    // More than one request may contain.
    fs::write(shell.file("film"), vec![7; 3 * 1024 * 1024]).unwrap();
    fs::write(shell.file("letter"), "Dear all,\n").unwrap();
    run("key create vault --type aes-256-gcm --exportable").ok();
    run("encrypt vault letter -o letter.sealed").ok();
    run("encrypt vault film -o film.sealed").refused(2, "--provider software");
    run("key create films --type aes-256-gcm --uses streams").ok();
    run("encrypt films film -o film.sealed").ok();
    run("decrypt vault film.sealed -o film.again").refused(2, "--uses streams");
    run("decrypt films film.sealed -o film.again").ok();

    // A TPM has no streams at all.
    run("--provider tpm key create mac --type hmac").ok();
    run("mac mac letter").ok();
    run("mac mac film").refused(2, "--provider pkcs11");

    run("key create backup --type aes-key-wrap").ok();
    run("wrap backup vault").refused(3, "--uses wrapping");
    run("key create archive --type aes-256-gcm --exportable --uses streams,wrapping").ok();
    run("wrap backup archive").ok();
    run("wrap backup missing").refused(3, "no key");
    run("key create signs --uses streams").refused(2, "pieces");
    run("key create k --uses dreams").refused(2, "streams, wrapping");
    run("--provider pkcs11 key create k --type aes-256-gcm --uses streams")
        .refused(2, "software does");
}
