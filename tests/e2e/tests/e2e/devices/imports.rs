//! Imports into a token match what the token makes.

use std::fs;
use std::process::{Command, Output, Stdio};

use parsec_harness::Devices;

#[test]
fn a_token_imports_the_keys_that_it_makes_or_says_why_not() {
    let devices = Devices::start();
    let service = devices.service().start();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter"), "Dear all,\n").unwrap();
    let run = |program: &std::path::Path, line: &str| -> Output {
        Command::new(program)
            .args(line.split_whitespace())
            .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    let parsec = |line: &str| {
        let line = format!("--application web --provider pkcs11 {line}");
        run(parsec_harness::cli(), &line)
    };
    let openssl = |line: &str| {
        let output = run("openssl".as_ref(), line);
        assert!(output.status.success(), "{line}: {output:?}");
    };
    let ok = |line: &str| {
        let output = parsec(line);
        assert!(output.status.success(), "{line}: {output:?}");
    };
    let refused = |line: &str, because: &str| {
        let output = parsec(line);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{line}: {message}");
        assert!(message.contains(because), "{line}: {message}");
    };
    let kinds = [
        ("k1", "EC -pkeyopt ec_paramgen_curve:secp256k1"),
        ("bp256", "EC -pkeyopt ec_paramgen_curve:brainpoolP256r1"),
        ("bp384", "EC -pkeyopt ec_paramgen_curve:brainpoolP384r1"),
        ("ed", "ED25519"),
        ("rsa", "RSA -pkeyopt rsa_keygen_bits:2048"),
    ];
    for (name, algorithm) in kinds {
        openssl(&format!("genpkey -algorithm {algorithm} -out {name}.pem"));
        openssl(&format!("pkey -in {name}.pem -pubout -out {name}.pub"));
        ok(&format!("key import {name} {name}.pem"));
        ok(&format!("sign {name} letter -o {name}.sig"));
        ok(&format!("verify {name} {name}.sig letter"));
        ok(&format!("key import {name}-public {name}.pub"));
        ok(&format!("verify {name}-public {name}.sig letter"));
    }
    openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP512r1 -out bp512.pem");
    refused(
        "key import bp512 bp512.pem",
        "the service cannot compute it for the curve",
    );
    openssl("genpkey -algorithm X25519 -out x.pem");
    refused("key import x x.pem", "X25519");

    fs::write(folder.path().join("short"), [7; 16]).unwrap();
    fs::write(folder.path().join("long"), [7; 32]).unwrap();
    refused(
        "key import-bytes short short --type hmac",
        "the token requires 32 to",
    );
    ok("key import-bytes long long --type hmac");
    ok("mac long letter");
}
