//! Encryption, authentication codes, derivation, agreement and wrapping from a shell.

use std::fs;

use parsec_harness::is_extended;

use crate::shell::Shell;

const MEBIBYTE: usize = 1024 * 1024;

/// Returns more data than fits one request, or the memory of one request.
fn large() -> Vec<u8> {
    (0..5 * MEBIBYTE + 3).map(|at| (at / 7) as u8).collect()
}

#[test]
fn data_of_any_size_is_encrypted_and_decrypted() {
    let shell = Shell::new();
    let data = large();
    fs::write(shell.file("data"), &data).unwrap();
    let kinds = [
        "aes-128-gcm",
        "aes-256-gcm",
        "chacha20-poly1305",
        "aes-256-ctr",
        "aes-256-cbc",
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        shell
            .parsec(&format!("key create {kind} --type {kind}"))
            .ok();
        // Alternately through files and pipes, unless the tests are extended.
        if is_extended() || index % 2 == 0 {
            shell
                .parsec(&format!("encrypt {kind} data --output sealed"))
                .ok();
            let sealed = fs::read(shell.file("sealed")).unwrap();
            assert!(sealed.len() > data.len(), "{kind}");
            shell
                .parsec(&format!("decrypt {kind} sealed -o opened"))
                .ok();
            assert!(fs::read(shell.file("opened")).unwrap() == data, "{kind}");
        }
        if is_extended() || index % 2 == 1 {
            let sealed = shell.parsec_with(&format!("encrypt {kind}"), &data).out;
            let opened = shell.parsec_with(&format!("decrypt {kind}"), &sealed);
            assert!(opened.out == data, "{kind}: {}", opened.err);
        }
    }
}

#[test]
fn modified_ciphertexts_produce_no_output() {
    let shell = Shell::new();
    shell.parsec("key create k --type aes-256-gcm").ok();
    let mut sealed = shell.parsec_with("encrypt k", &large()).out;
    let last = sealed.len() - 20;
    sealed[last] ^= 1;
    shell
        .parsec_with("decrypt k", &sealed)
        .refused(1, "associated data");
    fs::write(shell.file("sealed"), &sealed).unwrap();
    shell
        .parsec("decrypt k sealed --output opened")
        .refused(1, "associated data");
    assert!(!shell.file("opened").exists());
    let files = fs::read_dir(shell.folder.path()).unwrap().count();
    assert_eq!(files, 1, "no incomplete file is left");
    shell.parsec_with("decrypt k", b"short").refused(1, "short");
}

#[test]
fn decryption_needs_the_same_context() {
    let shell = Shell::new();
    for kind in ["aes-256-gcm", "aes-256-ccm", "rsa-oaep"] {
        shell
            .parsec(&format!("key create {kind} --type {kind}"))
            .ok();
        let sealed = shell
            .parsec_with(&format!("encrypt {kind} --context invoice"), b"paid")
            .out;
        let opened = shell.parsec_with(&format!("decrypt {kind} --context invoice"), &sealed);
        assert_eq!(opened.ok(), "paid");
        let other = shell.parsec_with(&format!("decrypt {kind}"), &sealed);
        assert_eq!(other.code, 1, "{kind}: {}", other.err);
    }
    shell.parsec("key create plain --type aes-256-ctr").ok();
    shell
        .parsec_with("encrypt plain --context invoice", b"paid")
        .refused(2, "--context");
}

#[test]
fn authentication_codes_match_those_of_openssl() {
    let shell = Shell::new();
    shell
        .parsec("key create k --type hmac --hash sha-256 --exportable")
        .ok();
    fs::write(shell.file("data"), large()).unwrap();
    let code = shell.parsec("mac k data").ok();
    let key = shell.parsec("key export k --private --format raw -o key");
    key.ok();
    let key = hex(&fs::read(shell.file("key")).unwrap());
    let theirs = shell
        .openssl(&format!(
            "mac -digest SHA256 -macopt hexkey:{key} -in data HMAC"
        ))
        .ok();
    assert_eq!(code, theirs.to_lowercase());
    shell
        .parsec(&format!("mac k data --check {}", code.trim()))
        .ok();
    let zeros = "00".repeat(32);
    shell
        .parsec(&format!("mac k data --check {zeros}"))
        .refused(1, "forged");
    let json = shell.parsec("mac k data --json").json();
    assert_eq!(json["hex"], code.trim());
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn keys_and_bytes_are_derived() {
    let shell = Shell::new();
    shell.parsec("key create master --type hkdf").ok();
    let first = shell.parsec("derive master --info a --length 16").ok();
    assert_eq!(first.trim().len(), 32);
    let again = shell.parsec("derive master --info a --length 16").ok();
    assert_eq!(first, again);
    assert_ne!(
        shell.parsec("derive master --info b --length 16").ok(),
        first
    );
    // The same derivation always yields the same key.
    for name in ["one", "other"] {
        shell
            .parsec(&format!(
                "derive master --info traffic --to-key {name} --type aes-256-gcm"
            ))
            .ok();
    }
    let sealed = shell.parsec_with("encrypt one", b"hello").out;
    assert_eq!(shell.parsec_with("decrypt other", &sealed).ok(), "hello");
    shell
        .parsec("derive one --length 16")
        .refused(2, "does not derive");
}

#[test]
fn two_parties_agree_on_a_secret() {
    let shell = Shell::new();
    for name in ["alice", "bob"] {
        shell
            .parsec(&format!("key create {name} --type ecdh-p256"))
            .ok();
        shell
            .parsec(&format!("key export {name} -o {name}.pem"))
            .ok();
    }
    let one = shell.parsec("agree alice bob.pem --info x").ok();
    let other = shell.parsec("agree bob alice.pem --info x").ok();
    assert_eq!(one, other);
    assert_ne!(shell.parsec("agree alice bob.pem --raw").ok(), one);
    shell.parsec("agree alice bob.pem --to-key a").ok();
    shell.parsec("agree bob alice.pem --to-key b").ok();
    let sealed = shell.parsec_with("encrypt a", b"hello").out;
    assert_eq!(shell.parsec_with("decrypt b", &sealed).ok(), "hello");
}

#[test]
fn a_key_moves_to_another_service() {
    let (here, there) = (Shell::new(), Shell::new());
    here.parsec("key create backup --type aes-key-wrap --exportable")
        .ok();
    here.parsec("key create k --type ecdsa-p256 --exportable")
        .ok();
    let public = here.parsec("public k").ok();
    // Both services derive the wrapping key from a shared secret.
    for shell in [&here, &there] {
        shell
            .parsec_with("key import-bytes shared --type hkdf", &[7; 32])
            .ok();
        shell
            .parsec("derive shared --to-key wrapping --type aes-key-wrap")
            .ok();
    }
    let wrapped = here.parsec("wrap wrapping k").ok();
    let json = here.parsec("wrap wrapping k --json").json();
    assert_eq!(
        json["hex"].as_str().map(str::len),
        Some(wrapped.trim().len())
    );
    there
        .parsec_with("unwrap wrapping k --type ecdsa-p256", wrapped.as_bytes())
        .ok();
    assert_eq!(there.parsec("public k").ok(), public);
    let mut changed = wrapped.into_bytes();
    changed[3] = if changed[3] == b'0' { b'1' } else { b'0' };
    there
        .parsec_with("unwrap wrapping other --type ecdsa-p256", &changed)
        .refused(1, "wrapped");
}

#[test]
fn keys_are_copied_and_renamed() {
    let shell = Shell::new();
    shell
        .parsec("key create k --type aes-256-gcm --copyable")
        .ok();
    let sealed = shell.parsec_with("encrypt k", b"hello").out;
    shell.parsec("key copy k second").ok();
    shell.parsec("key rename k first").ok();
    for name in ["first", "second"] {
        let opened = shell.parsec_with(&format!("decrypt {name}"), &sealed);
        assert_eq!(opened.ok(), "hello");
    }
    shell.parsec("key show k").refused(3, "no key");
    shell.parsec("key create kept --type aes-256-gcm").ok();
    shell.parsec("key copy kept another").refused(4, "copy");
}

#[test]
fn create_if_missing_supports_every_kind() {
    let shell = Shell::new();
    for kind in [
        "aes-256-gcm",
        "hmac",
        "hkdf",
        "x25519",
        "aes-key-wrap",
        "raw",
    ] {
        for _ in 0..2 {
            shell
                .parsec(&format!("key create {kind} --type {kind} --if-missing"))
                .ok();
        }
    }
    shell
        .parsec("key create hmac --type aes-cmac --if-missing")
        .refused(2, "hmac");
    let list = shell.parsec("key list").ok();
    assert!(list.contains("AES-GCM") && list.contains("HKDF"), "{list}");
}
