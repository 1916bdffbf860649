//! Commands against a running service.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::shell::Shell;
use serde_json::Value;

#[test]
fn the_service_is_described() {
    let shell = Shell::new();
    assert_eq!(shell.parsec("ping").ok(), "wire protocol 1.0\n");
    assert_eq!(shell.parsec("ping --json").json()["protocol"]["major"], 1);
    assert!(shell.parsec("providers").ok().starts_with("1  software"));
    let providers = shell.parsec("providers --json").json();
    assert_eq!(providers[0]["name"], "software");
    assert_eq!(providers[1]["uuid"], "47049873-2a43-4845-9d72-831eab668784");
    assert!(
        shell
            .parsec("authenticators")
            .ok()
            .contains("unix-peer-credentials")
    );
    let opcodes = shell.parsec("opcodes software --json").json();
    let named = |name: &str| {
        opcodes
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["name"] == name)
    };
    assert!(named("psa_sign_hash") && !named("ping"));
    assert!(shell.parsec("opcodes").ok().contains("0x0001  ping"));
}

#[test]
fn a_file_is_signed_and_openssl_agrees() {
    let shell = Shell::new();
    fs::write(shell.file("letter"), "Dear all,\n").unwrap();
    for (name, options, openssl) in [
        ("p256", "", "-sha256"),
        ("p384", "--type ecdsa-p384", "-sha384"),
        ("p521", "--type ecdsa-p521", "-sha512"),
        ("pkcs1", "--type rsa-2048 --padding pkcs1", "-sha256"),
        (
            "pss",
            "--type rsa-2048",
            "-sha256 -sigopt rsa_padding_mode:pss",
        ),
    ] {
        shell.parsec(&format!("key create {name} {options}")).ok();
        shell
            .parsec(&format!("sign {name} letter -o letter.sig"))
            .ok();
        shell
            .parsec(&format!("verify {name} letter.sig letter"))
            .ok();
        shell.parsec(&format!("public {name} -o public.pem")).ok();
        let verified = shell.openssl(&format!(
            "dgst {openssl} -verify public.pem -signature letter.sig letter"
        ));
        assert_eq!(verified.ok(), "Verified OK\n", "{name}");
    }
}

#[test]
fn pipes_carry_messages_and_signatures() {
    let shell = Shell::new();
    shell.parsec("key create k").ok();
    let signature = shell.parsec_with("sign k", b"piped").out;
    assert_eq!(signature[0], 0x30, "DER");
    fs::write(shell.file("sig"), &signature).unwrap();
    assert!(
        shell
            .parsec_with("verify k sig", b"piped")
            .err
            .contains("valid for k")
    );
    let forged = shell.parsec_with("verify k sig", b"other");
    assert_eq!(forged.code, 1);
    let answer = shell.parsec_with("verify k sig --json", b"other");
    let answer: Value = serde_json::from_slice(&answer.out).unwrap();
    assert_eq!(answer["valid"], false);
    for format in ["raw", "base64", "hex"] {
        let signature = shell
            .parsec_with(&format!("sign k --format {format}"), b"m")
            .out;
        fs::write(shell.file("sig"), signature).unwrap();
        assert_eq!(
            shell
                .parsec_with(&format!("verify k sig --format {format}"), b"m")
                .code,
            0
        );
    }
    shell
        .parsec("verify k -")
        .refused(2, "cannot both come from standard input");
}

#[test]
fn prehashed_input_is_signed_without_hashing() {
    let shell = Shell::new();
    shell.parsec("key create k").ok();
    let digest = shell.parsec_with("hash --format raw", b"message").out;
    assert_eq!(digest.len(), 32);
    fs::write(
        shell.file("sig"),
        shell.parsec_with("sign k --prehashed", &digest).out,
    )
    .unwrap();
    assert_eq!(shell.parsec_with("verify k sig", b"message").code, 0);
    shell
        .parsec_with("sign k --prehashed", b"too short")
        .refused(2, "32");
}

#[test]
fn keys_are_listed_shown_and_deleted() {
    let shell = Shell::new();
    assert_eq!(shell.parsec("key list").ok(), "");
    shell.parsec("key create b --type rsa-2048").ok();
    shell.parsec("key create a --exportable").ok();
    let listed = shell.parsec("key list --json").json();
    assert_eq!(listed[0]["name"], "a");
    assert_eq!(listed[1]["bits"], 2048);
    let shown = shell.parsec("key show a").ok();
    assert!(
        shown.contains("ECDSA sha-256") && shown.contains("export"),
        "{shown}"
    );
    assert_eq!(
        shell.parsec("key show b --json").json()["algorithm"],
        "RSA-PSS sha-256"
    );
    shell
        .parsec("key create a")
        .refused(2, "choose another name");
    shell.parsec("key create a --if-missing --exportable").ok();
    shell.parsec("key delete a").ok();
    shell.parsec("key delete a").refused(3, "parsec key list");
}

#[test]
fn public_keys_are_exported_in_every_format() {
    let shell = Shell::new();
    shell.parsec("key create k").ok();
    let pem = shell.parsec("public k").ok();
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
    assert_eq!(shell.parsec("key export k").ok(), pem);
    let der = shell.parsec("public k --format der").out;
    fs::write(shell.file("k.der"), &der).unwrap();
    let read = shell.openssl("pkey -pubin -inform DER -in k.der -pubout");
    assert_eq!(read.ok(), pem);
    let raw = shell.parsec("public k --format raw").out;
    assert_eq!((raw.len(), raw[0]), (65, 4));
    assert!(der.ends_with(&raw));
    let jwk: Value = serde_json::from_str(&shell.parsec("public k --format jwk").ok()).unwrap();
    assert_eq!(jwk["crv"], "P-256");
}

#[test]
fn private_keys_are_exported_only_if_permitted_and_only_to_their_owner() {
    let shell = Shell::new();
    shell.parsec("key create kept").ok();
    shell
        .parsec("key export kept --private")
        .refused(4, "export");
    shell.parsec("key create free --exportable").ok();
    shell.parsec("key export free --private -o free.pem").ok();
    let mode = fs::metadata(shell.file("free.pem"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let public = shell.openssl("pkey -in free.pem -pubout").ok();
    assert_eq!(public, shell.parsec("public free").ok());
    shell.parsec("key import again free.pem --exportable").ok();
    assert_eq!(shell.parsec("public again").ok(), public);
}

#[test]
fn openssl_keys_are_imported_in_every_format() {
    let shell = Shell::new();
    shell
        .openssl("ecparam -name prime256v1 -genkey -noout -out sec1.pem")
        .ok();
    shell
        .openssl("pkcs8 -topk8 -nocrypt -in sec1.pem -out pkcs8.pem")
        .ok();
    shell
        .openssl("pkcs8 -topk8 -nocrypt -in sec1.pem -outform DER -out pkcs8.der")
        .ok();
    shell
        .openssl("genrsa -traditional -out pkcs1.pem 2048")
        .ok();
    shell
        .openssl("pkey -in sec1.pem -pubout -out public.pem")
        .ok();
    for file in ["sec1.pem", "pkcs8.pem", "pkcs8.der", "pkcs1.pem"] {
        let name = file.replace('.', "-");
        shell.parsec(&format!("key import {name} {file}")).ok();
        let signature = shell.parsec_with(&format!("sign {name}"), b"m").out;
        fs::write(shell.file("sig"), signature).unwrap();
        assert_eq!(
            shell.parsec_with(&format!("verify {name} sig"), b"m").code,
            0,
            "{file}"
        );
    }
    shell.parsec("key import other public.pem").ok();
    fs::write(
        shell.file("sig"),
        shell.parsec_with("sign sec1-pem", b"m").out,
    )
    .unwrap();
    assert_eq!(shell.parsec_with("verify other sig", b"m").code, 0);
    shell.parsec_with("sign other", b"m").refused(2, "other");
    fs::write(shell.file("garbage"), "no key").unwrap();
    assert_eq!(shell.parsec("key import x garbage").code, 2);
}

#[test]
fn random_bytes_and_hashes() {
    let shell = Shell::new();
    let hex = shell.parsec("random 16").ok();
    assert_eq!(hex.trim().len(), 32);
    assert_ne!(hex, shell.parsec("random 16").ok());
    assert_eq!(shell.parsec("random 1000 --format raw").out.len(), 1000);
    let digest = shell.parsec_with("hash --algorithm sha512", b"abc").ok();
    assert!(digest.starts_with("ddaf35a193617aba"));
    let json = shell.parsec_with("hash --json", b"abc").json();
    assert_eq!(json["algorithm"], "sha-256");
}

#[test]
fn applications_have_separate_keys() {
    let shell = Shell::direct();
    shell.parsec("--application web key create k").ok();
    assert_eq!(shell.parsec("--application mail key list").ok(), "");
    shell
        .parsec("--application mail key delete k")
        .refused(3, "no key of this name");
    assert_eq!(
        shell.parsec("--application web key list --json").json()[0]["name"],
        "k"
    );
}

#[test]
fn failures_print_advice_and_have_exit_codes() {
    let shell = Shell::new();
    shell
        .parsec("sign missing letter")
        .refused(3, "parsec key list");
    shell
        .parsec("key create k --provider tpm")
        .refused(2, "tpm");
    shell
        .parsec("key create k --provider abacus")
        .refused(2, "software");
    shell.parsec("hash --algorithm md6").refused(2, "sha-256");
    shell.parsec("frobnicate").refused(2, "Usage");
    shell.parsec("key create k").ok();
    shell
        .parsec("sign k no-such-file")
        .refused(2, "no-such-file");
    let nowhere = shell.parsec("--endpoint unix:/nonexistent/parsec.sock ping");
    nowhere.refused(5, "parsec-service");
    let help = shell.parsec("--help").ok();
    assert!(help.contains("Exit codes") && help.contains("70"));
}

#[test]
fn completions_contain_the_commands() {
    let shell = Shell::new();
    for kind in ["bash", "zsh", "fish"] {
        assert!(
            shell
                .parsec(&format!("completions {kind}"))
                .ok()
                .contains("authenticators")
        );
    }
}

#[test]
fn openssl_accepts_certificate_signing_requests() {
    let shell = Shell::new();
    shell.parsec("key create web").ok();
    let line = "csr web --subject CN=web,O=Example --dns a.example.org --dns b.example.org -o csr";
    shell.parsec(line).ok();
    let output = shell.openssl("req -in csr -verify -noout -text");
    let text = String::from_utf8(output.out).unwrap();
    assert_eq!(output.code, 0, "{}", output.err);
    for part in ["O = Example", "DNS:a.example.org", "DNS:b.example.org"] {
        assert!(text.contains(part), "{text}");
    }
    let json = shell.parsec("csr web --subject CN=web --json").json();
    let pem = json["pem"].as_str().unwrap();
    assert!(
        pem.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"),
        "{pem}"
    );
    shell
        .parsec("csr nobody --subject CN=web")
        .refused(3, "nobody");
}
