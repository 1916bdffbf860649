//! Imports of keys in the formats that people have.

use std::fs;
use std::process::Stdio;

use parsec_harness::{cli, root};

use crate::shell::Shell;

/// Copies the keys that the client's tests have as well into the folder.
fn shell_with_keys() -> Shell {
    let shell = Shell::new();
    let keys = root().join("clients/rust/tests/keys");
    for entry in fs::read_dir(keys).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap();
        fs::copy(&path, shell.file(name)).unwrap();
    }
    shell
}

#[track_caller]
fn signs(shell: &Shell, name: &str) {
    let signature = shell.parsec_with(&format!("sign {name}"), b"m");
    assert_eq!(signature.code, 0, "{name}: {}", signature.err);
    fs::write(shell.file("sig"), signature.out).unwrap();
    let verified = shell.parsec_with(&format!("verify {name} sig"), b"m");
    assert_eq!(verified.code, 0, "{name}: {}", verified.err);
}

#[test]
fn the_key_of_a_file_determines_its_kind() {
    let shell = shell_with_keys();
    let signing = [
        "one-line.pem",
        "76-columns.pem",
        "private-then-public.pem",
        "openssh-p256.key",
        "ed25519.pem",
        "secp256k1.pem",
    ];
    for (index, file) in signing.iter().enumerate() {
        shell.parsec(&format!("key import k{index} {file}")).ok();
        signs(&shell, &format!("k{index}"));
    }
    let public = shell.openssl("pkey -in ed25519.pem -pubout").ok();
    assert_eq!(shell.parsec("public k4").ok(), public);

    shell.parsec("key import x x25519.pem").ok();
    let public = shell.openssl("pkey -in x25519.pem -pubout").ok();
    assert_eq!(shell.parsec("public x").ok(), public);
    shell
        .openssl("genpkey -algorithm X25519 -out peer.pem")
        .ok();
    shell
        .openssl("pkey -in peer.pem -pubout -out peer.pub")
        .ok();
    shell
        .openssl("pkeyutl -derive -inkey x25519.pem -peerkey peer.pub -out secret")
        .ok();
    assert_eq!(fs::read(shell.file("secret")).unwrap().len(), 32);

    shell
        .parsec("key import peer peer.pub")
        .refused(2, "this kind does not sign");
    shell.parsec("key show peer").refused(3, "peer");

    // Another use of the key is chosen with its kind.
    shell
        .parsec("key import agree one-line.pem --type ecdh-p256")
        .ok();
    shell.parsec_with("sign agree", b"m").refused(2, "agree");
    shell
        .parsec("key import other one-line.pem --type ecdsa-p384")
        .refused(2, "the key to import is P-256, not P-384");
}

#[test]
fn symmetric_json_web_keys_are_imported() {
    let shell = Shell::new();
    let jwk = r#"{"kty":"oct","alg":"HS256","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#;
    fs::write(shell.file("key.jwk"), jwk).unwrap();
    shell.parsec("key import mac key.jwk").ok();
    let code = shell.parsec_with("mac mac", b"hello").ok();
    let hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    fs::write(shell.file("hello"), "hello").unwrap();
    let line = format!("dgst -sha256 -mac HMAC -macopt hexkey:{hex} -r hello");
    let expected = shell.openssl(&line).ok();
    assert_eq!(code.trim(), expected.split(' ').next().unwrap());
    fs::write(shell.file("any.jwk"), jwk.replace("HS256", "dir")).unwrap();
    shell
        .parsec("key import any any.jwk")
        .refused(2, "name the kind");
}

#[test]
fn the_pass_phrase_comes_from_a_file_a_variable_or_the_terminal() {
    let shell = shell_with_keys();
    shell
        .openssl(
            "pkcs8 -topk8 -in one-line.pem -v2 aes-256-cbc -passout pass:secret -out locked.pem",
        )
        .ok();
    fs::write(shell.file("phrase"), "secret\nmore\n").unwrap();
    fs::write(shell.file("wrong"), "Secret\n").unwrap();
    shell
        .parsec("key import file locked.pem --passphrase-file phrase")
        .ok();
    signs(&shell, "file");
    shell
        .parsec("key import x locked.pem --passphrase-file wrong")
        .refused(2, "the pass phrase does not decrypt the key");
    shell
        .parsec("key import x one-line.pem --passphrase-file phrase")
        .refused(2, "the key is not encrypted");
    let with_variable = |value: Option<&str>| {
        let mut command = shell.command(cli(), "key import env locked.pem --passphrase-env PHRASE");
        match value {
            Some(value) => command.env("PHRASE", value),
            None => command.env_remove("PHRASE"),
        };
        crate::shell::CommandOutput::from(command.output().unwrap())
    };
    with_variable(None).refused(2, "PHRASE is not set");
    with_variable(Some("secret")).ok();
    signs(&shell, "env");
    asked_on_a_terminal(&shell, "secret", 0);
    signs(&shell, "asked");
    asked_on_a_terminal(&shell, "other", 2);
}

/// `script` gives the command a terminal, on which the pass phrase is typed.
fn asked_on_a_terminal(shell: &Shell, typed: &str, code: i32) {
    let line = format!("{} key import asked locked.pem", cli().display());
    let mut child = shell
        .command("script", "--quiet --return --echo never")
        .args(["--command", &line, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, format!("{typed}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("Pass phrase of the key: "), "{shown}");
    assert!(!shown.contains(typed), "{shown}");
    assert_eq!(output.status.code(), Some(code), "{shown}");
}

#[test]
fn requests_have_names_of_each_kind() {
    let shell = Shell::new();
    shell.parsec("key create web").ok();
    let line = "csr web --subject CN=web --dns a.example --dns b.example --ip 192.0.2.1 --ip ::1 \
                --uri https://a.example/b,c --email web@a.example -o csr";
    shell.parsec(line).ok();
    let text = shell.openssl("req -in csr -verify -noout -text").ok();
    for part in [
        "DNS:a.example, DNS:b.example",
        "IP Address:192.0.2.1, IP Address:0:0:0:0:0:0:0:1",
        "URI:https://a.example/b,c",
        "email:web@a.example",
    ] {
        assert!(text.contains(part), "{text}");
    }
    shell
        .parsec("csr web --subject CN=web --dns 10.0.0.1")
        .refused(2, "`--ip`");
    shell
        .parsec("csr web --subject CN=web;O=x")
        .refused(2, "character 7");
    shell
        .parsec("csr web --subject= --dns a.example -o empty")
        .ok();
    let text = shell.openssl("req -in empty -verify -noout -text").ok();
    assert!(
        text.contains("Subject Alternative Name: critical"),
        "{text}"
    );
}
