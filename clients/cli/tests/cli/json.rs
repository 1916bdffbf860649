//! With `--json`, standard output is exactly one JSON value.

use std::fs;

use serde_json::Value;

use crate::shell::Shell;

/// Runs a command and returns its exit code and JSON.
#[track_caller]
fn run(shell: &Shell, line: &str) -> (i32, Value) {
    let output = shell.parsec_with(&format!("{line} --json"), b"input");
    let value = serde_json::from_slice(&output.out);
    let text = String::from_utf8_lossy(&output.out);
    let value = value.unwrap_or_else(|error| panic!("{line}: {error}: {text}{}", output.err));
    (output.code, value)
}

#[test]
fn every_command_prints_one_value() {
    let shell = Shell::direct();
    let admin = "--application admin";
    for (line, member) in [
        ("key create k --exportable --copyable", "name"),
        (
            "key create vault --type aes-256-gcm --exportable",
            "algorithm",
        ),
        ("key create stream --type aes-256-ctr", "bits"),
        ("key create mac --type hmac", "usage"),
        ("key create secret --type hkdf", "provider"),
        ("key create peer --type ecdh-p256", "type"),
        ("key create wrapper --type aes-key-wrap", "missing"),
        ("key create oaep --type rsa-oaep-2048", "name"),
        ("key list", ""),
        ("key show k --public", "public_key"),
        ("key copy k l", "name"),
        ("key rename l m", "name"),
        ("key purge m", "done"),
        ("public k", "pem"),
        ("public k -o public.pem.json", ""),
        ("key export k", "pem"),
        ("key export k --private", "pem"),
        ("key export vault --private --format raw", "hex"),
        ("sign k", "der"),
        ("csr k --subject CN=web", "pem"),
        ("hash", "hex"),
        (
            "compare-hash sha-256 c96c6d5be8d08a12e7b5cdc1b207fa6b2430974c86803d8891675e76fd992c20 -",
            "valid",
        ),
        ("mac mac", "hex"),
        ("encrypt vault", "base64"),
        ("encrypt stream", "base64"),
        ("encrypt oaep", "base64"),
        ("derive secret", "hex"),
        ("derive secret --to-key derived", "name"),
        ("wrap wrapper vault", "hex"),
        ("random 5", "base64"),
        ("can-do --type ecdsa-p256", ""),
        ("ping", "protocol"),
        ("providers", ""),
        ("authenticators", ""),
        ("opcodes", ""),
        ("status", "healthy"),
        ("doctor", "healthy"),
        ("key delete m", "deleted"),
    ] {
        if line.contains(" -o ") {
            let output = shell.parsec(&format!("--application web {line} --json"));
            assert_eq!(
                (output.code, output.out.len()),
                (0, 0),
                "{line}: {}",
                output.err
            );
            let file = line.rsplit(' ').next().unwrap();
            let value: Value =
                serde_json::from_slice(&fs::read(shell.file(file)).unwrap()).unwrap();
            assert!(value["pem"].is_string(), "{line}: {value}");
            continue;
        }
        let (code, value) = run(&shell, &format!("--application web {line}"));
        assert_eq!(code, 0, "{line}: {value}");
        assert!(
            member.is_empty() || !value[member].is_null(),
            "{line}: {value}"
        );
    }
    for (line, member) in [
        ("clients", ""),
        ("missing", ""),
        ("limits web", "client"),
        ("disable web", "known"),
        ("enable web", "known"),
        ("revoke web k --provider software --yes", "done"),
        ("delete web --yes", "done"),
    ] {
        let (code, value) = run(&shell, &format!("{admin} admin {line}"));
        assert_eq!(code, 0, "{line}: {value}");
        assert!(
            member.is_empty() || !value[member].is_null(),
            "{line}: {value}"
        );
    }
}

#[test]
fn every_error_is_one_value() {
    let shell = Shell::new();
    shell.parsec("key create k").ok();
    shell.parsec("key create vault --type aes-256-gcm").ok();
    shell.parsec("key create stream --type aes-256-cbc").ok();
    for (line, code, kind) in [
        ("key show nope", 3, "key-not-found"),
        ("key create k", 2, "key-exists"),
        ("key export k --private", 4, "not-permitted"),
        ("decrypt vault", 1, "decryption-failed"),
        ("decrypt stream", 1, "decryption-failed"),
        ("sign k no-such-file", 2, "invalid-argument"),
        ("encrypt k", 2, "invalid-argument"),
        ("random many", 2, "invalid-argument"),
        ("frobnicate", 2, "invalid-argument"),
        ("key create l --provider tpm", 2, "not-supported"),
        ("admin clients", 4, "not-permitted"),
        (
            "--endpoint unix:/nowhere/parsec.sock ping",
            5,
            "service-unavailable",
        ),
    ] {
        let (got, value) = run(&shell, line);
        let error = &value["error"];
        assert_eq!(
            (got, error["kind"].as_str()),
            (code, Some(kind)),
            "{line}: {value}"
        );
        assert_eq!(error["exit_code"], code, "{line}");
        assert!(!error["message"].as_str().unwrap().is_empty(), "{line}");
    }
    // The value has the result; the exit code repeats it.
    fs::write(shell.file("sig"), "no signature").unwrap();
    let (code, value) = run(&shell, "verify k sig");
    assert_eq!(
        (code, value["valid"].as_bool()),
        (1, Some(false)),
        "{value}"
    );
    shell.parsec("key create mac --type hmac").ok();
    let (code, value) = run(&shell, "mac mac --check 00");
    assert_eq!(
        (code, value["valid"].as_bool()),
        (1, Some(false)),
        "{value}"
    );
}

#[test]
fn a_provider_selects_what_is_listed() {
    let shell = Shell::new();
    shell.parsec("key create k").ok();
    let keys = |provider: &str| {
        shell
            .parsec(&format!("key list --provider {provider} --json"))
            .json()
    };
    assert_eq!(keys("software").as_array().map(Vec::len), Some(1));
    assert_eq!(keys("tpm"), Value::Array(Vec::new()));
    let opcodes = shell.parsec("opcodes --provider software --json").json();
    let of_software = |one: &Value| one["provider"] == "software";
    assert!(opcodes.as_array().unwrap().iter().all(of_software));
    let status = shell.parsec("status --provider core --json").json();
    assert_eq!(status["providers"], Value::Array(Vec::new()));
}
